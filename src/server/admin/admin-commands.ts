/** What `npm run admin` can do, on an open database. Says what became of it; a mistake is one sentence that names the option. */
import { asc, eq } from 'drizzle-orm';
import { faultsOfPassword } from '../../shared/domain/password.ts';
import type { AgentId } from '../../shared/domain/ids.ts';
import { isTimeZone, loginSchema, personNameSchema } from '../../shared/set-up-protocol.ts';
import { agent, auditEvent, credential, workspace } from '../db/schema.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Source, write } from '../db/write.ts';
import { endSessionsOf } from '../session/end-sessions.ts';
import { endLinks, makeLink } from '../session/one-time-links.ts';
import { hashPassword } from '../session/password.ts';
import { foldLogin } from '../session/sessions.ts';
import { AlreadyFounded, foundCentre } from '../set-up/found-centre.ts';
import { openSetUp } from '../set-up/set-up.ts';

export const ADMIN_USAGE = `Usage: npm run admin -- <command> [options]

  found               make the centre of an empty database
      --organisation NAME   --workspace NAME   --name NAME   --login LOGIN   --password-file FILE
      --language ja|en (ja)   --time-zone ZONE (Asia/Tokyo)
  add-admin           make one more administrator of the whole organisation
      --name NAME   --login LOGIN   --password-file FILE   --workspace NAME (the first)
  reset-password LOGIN
      --password-file FILE  sets it; without it a link is made by which the person sets one, once, within a day
  people              who may sign in, one a line
  set-up-link         a new link of the set-up page, for a database that is still empty

  --data DIR            the server's folder (./data/server)
  --config FILE         a file of settings, as for npm run server
  --password-file FILE  holds the password alone; - reads standard input
  --json                answer in JSON
  --help                show this

DATABASE_URL names a PostgreSQL, whose servers may run meanwhile. With the embedded database stop the server first.
`;

/** A command that cannot be carried out; its message is for the operator. */
export class AdminRefused extends Error {
  override name = 'AdminRefused';
}

export type AdminOptions = {
  organisation?: string | undefined;
  workspace?: string | undefined;
  name?: string | undefined;
  login?: string | undefined;
  'password-file'?: string | undefined;
  language?: string | undefined;
  'time-zone'?: string | undefined;
  json?: boolean | undefined;
  passwordOf(file: string): string;
  publicUrl: string | undefined;
};

const RESET_FOR_MS = 24 * 3_600_000;
/** Who does it, in the columns that want a person: nobody of the centre. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Gives what is printed. @throws AdminRefused */
export async function carryOutAdmin(
  database: ServerDatabase,
  source: Source,
  command: string,
  rest: readonly string[],
  options: AdminOptions,
): Promise<string> {
  const say = (words: string, json: unknown): string => `${options.json === true ? JSON.stringify(json) : words}\n`;
  switch (command) {
    case 'found': {
      const founding = readFounding(options);
      const passwordHash = await hashPassword(readNewPassword(options, founding.login), source.random);
      try {
        const { result } = await write(database, source, (w) => foundCentre(w, { ...founding, passwordHash }, null));
        return say(`"${founding.organisation}" is founded; ${founding.login} may sign in.`, result);
      } catch (error) {
        if (error instanceof AlreadyFounded) throw new AdminRefused(error.message);
        throw error;
      }
    }
    case 'add-admin':
      return say(...(await addAdmin(database, source, options)));
    case 'reset-password':
      return say(...(await resetPassword(database, source, rest[0], options)));
    case 'people': {
      const rows = await listPeople(database);
      const lines = rows.map((one) => [one.login, one.displayName, one.role, one.state, one.workspace].join('\t'));
      return say(lines.join('\n'), rows);
    }
    case 'set-up-link': {
      const word = await openSetUp(database, source).offer();
      if (word === null) throw new AdminRefused(new AlreadyFounded().message);
      const link = `${options.publicUrl ?? ''}/setup#${word}`;
      return say(
        `${link}\nIt works once, within 24 hours${options.publicUrl === undefined ? '; put the address of your server before it' : ''}.`,
        { link },
      );
    }
    default:
      throw new AdminRefused(`There is no command "${command}" (see --help).`);
  }
}

function wanted(options: AdminOptions, name: 'organisation' | 'workspace' | 'name' | 'login'): string {
  const value = options[name]?.trim() ?? '';
  if (value === '') throw new AdminRefused(`--${name} is missing (see --help).`);
  return value;
}

function readLogin(options: AdminOptions): string {
  const login = wanted(options, 'login');
  if (!loginSchema.safeParse(login).success)
    throw new AdminRefused('--login must have no spaces and at most 254 signs.');
  return login;
}

function readName(options: AdminOptions): string {
  const name = wanted(options, 'name');
  if (!personNameSchema.safeParse(name).success) throw new AdminRefused('--name must have at most 60 signs.');
  return name;
}

function readFounding(options: AdminOptions) {
  const language = options.language ?? 'ja';
  if (language !== 'ja' && language !== 'en') throw new AdminRefused(`--language must be ja or en, not "${language}".`);
  const timeZone = options['time-zone'] ?? 'Asia/Tokyo';
  if (!isTimeZone(timeZone))
    throw new AdminRefused(`--time-zone "${timeZone}" is not a time zone, such as Asia/Tokyo.`);
  return {
    organisation: wanted(options, 'organisation'),
    workspace: wanted(options, 'workspace'),
    displayName: readName(options),
    login: readLogin(options),
    language,
    timeZone,
  } as const;
}

function readNewPassword(options: AdminOptions, login: string): string {
  const file = options['password-file'];
  if (file === undefined) throw new AdminRefused('--password-file is missing: a file that holds the password, or -.');
  const password = options.passwordOf(file);
  const faults = faultsOfPassword(password, login);
  if (faults.length > 0) throw new AdminRefused(`The password breaks a rule: ${faults.join(', ')}.`);
  return password;
}

async function addAdmin(database: ServerDatabase, source: Source, options: AdminOptions): Promise<[string, unknown]> {
  const displayName = readName(options);
  const login = foldLogin(readLogin(options));
  const passwordHash = await hashPassword(readNewPassword(options, login), source.random);
  const { result } = await write(database, source, async (w) => {
    const rows = await w.tx.select().from(workspace).orderBy(asc(workspace.id));
    const home = options.workspace === undefined ? rows[0] : rows.find((row) => row.name === options.workspace);
    if (home === undefined)
      throw new AdminRefused(
        rows.length === 0
          ? 'This database is empty: use found.'
          : `There is no workspace "${options.workspace ?? ''}".`,
      );
    const [taken] = await w.tx.select().from(credential).where(eq(credential.login, login));
    if (taken) throw new AdminRefused(`The login ${login} is taken.`);
    const id = w.newId<AgentId>();
    const rights: (typeof agent.$inferInsert)['rights'] = ['directory', 'personalData'];
    const more = { role: 'admin' as const, administersAll: true, rights };
    await w.tx.insert(agent).values({ id, workspaceId: home.id, displayName, ...more });
    await w.tx.insert(credential).values({ agentId: id, login, passwordHash });
    await w.tx.insert(auditEvent).values({
      id: w.newId(),
      at: w.now,
      what: 'person.made',
      target: id,
      workspaceId: home.id,
      reason: 'command line',
      after: { displayName, login, role: 'admin', administersAll: true },
    });
    w.append('agent', [id]);
    return { agentId: id, login };
  });
  return [`${login} may sign in as an administrator.`, result];
}

async function resetPassword(
  database: ServerDatabase,
  source: Source,
  login: string | undefined,
  options: AdminOptions,
): Promise<[string, unknown]> {
  if (login === undefined) throw new AdminRefused('reset-password needs a login.');
  const folded = foldLogin(login);
  const [found] = await database.orm.select().from(credential).where(eq(credential.login, folded));
  if (!found) throw new AdminRefused(`Nobody has the login ${login} (npm run admin -- people lists them).`);
  const { agentId } = found;
  const next = options['password-file'] === undefined ? null : readNewPassword(options, folded);
  const passwordHash = next === null ? null : await hashPassword(next, source.random);
  const { result } = await write(database, source, async (w) => {
    const what = passwordHash === null ? 'account.resetLinkMade' : 'account.passwordReset';
    await w.tx.insert(auditEvent).values({ id: w.newId(), at: w.now, what, target: agentId, reason: 'command line' });
    if (passwordHash === null)
      return await makeLink(w, source.random, {
        purpose: 'resetPassword',
        agentId,
        madeBy: NOBODY,
        forMs: RESET_FOR_MS,
      });
    await w.tx
      .update(credential)
      .set({ passwordHash, passwordChangedAt: w.now })
      .where(eq(credential.agentId, agentId));
    await endLinks(w, 'resetPassword', agentId);
    await endSessionsOf(w, agentId, 'password-changed');
    return null;
  });
  if (result === null)
    return [`The password of ${folded} is set; every session of theirs has ended.`, { login: folded }];
  const link = `${options.publicUrl ?? ''}/reset#${result.word}`;
  return [`${link}\nIt works once, within a day.`, { link, expiresAt: result.expiresAt }];
}

async function listPeople(database: ServerDatabase) {
  return await database.orm
    .select({
      login: credential.login,
      displayName: agent.displayName,
      role: agent.role,
      state: agent.state,
      workspace: workspace.name,
    })
    .from(agent)
    .innerJoin(workspace, eq(workspace.id, agent.workspaceId))
    .leftJoin(credential, eq(credential.agentId, agent.id))
    .orderBy(asc(workspace.name), asc(agent.displayName));
}
