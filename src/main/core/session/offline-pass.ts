/**
 * How long an agent who has signed in on this device may open it without a line: so many hours after the server last knew
 * them, by its policy. Kept in `device.db` for each login; the first time there is none. Opens no file.
 */
import { z } from 'zod';
import { agentIdSchema, clientIdSchema } from '../../../shared/domain/ids.ts';
import { signedInSchema } from '../../../shared/sync-protocol.ts';
import type { DbFile } from '../db/connection.ts';
import { dropSetting, putSetting, readSetting } from '../db/settings-of-device.ts';
import { write } from '../db/write.ts';
import type { ActiveSession } from './session-store.ts';

const offlinePassSchema = z.object({
  clientId: clientIdSchema,
  agent: signedInSchema.shape.agent.extend({ id: agentIdSchema }),
  /** Server time at which the server last knew this agent here. */
  provenAt: z.number(),
  forHours: z.number(),
  /** Wrong passwords since then, without a line. */
  failures: z.number(),
});
export type OfflinePass = z.output<typeof offlinePassSchema>;

/** Until the server has said otherwise: a week. */
const HOURS = 168;
const HOUR_MS = 3_600_000;
/** A clock that says much less than it did is no proof of anything; daylight saving and wrong dates are. In ms. */
const MAY_GO_BACK_MS = 2 * 24 * HOUR_MS;
/** Wrong passwords without a line, after which only the server can say who this is. */
const MOST_FAILURES = 10;

const keyOf = (login: string): string => `offlinePass:${login.normalize('NFKC').trim().toLowerCase()}`;

/** The pass of a login, or undefined when nobody has signed in with it here. */
export function readPass(device: DbFile, login: string): OfflinePass | undefined {
  return readSetting(device, keyOf(login), offlinePassSchema);
}

/** The server knows this agent here, now: the hours begin anew. */
export function renewPass(device: DbFile, session: ActiveSession, now: number, forHours?: number): void {
  const { clientId, agent, login } = session;
  const hours = forHours ?? readPass(device, login)?.forHours ?? HOURS;
  const pass: OfflinePass = { clientId, agent, provenAt: now, forHours: hours, failures: 0 };
  write(device, (writer) => putSetting(writer, keyOf(login), pass));
}

/** Counts a wrong password. */
export function countFailure(device: DbFile, login: string): void {
  const pass = readPass(device, login);
  if (pass) write(device, (writer) => putSetting(writer, keyOf(login), { ...pass, failures: pass.failures + 1 }));
}

/** Takes the pass away: only the server can say who this is. */
export function endPass(device: DbFile, login: string): void {
  write(device, (writer) => dropSetting(writer, keyOf(login)));
}

/** Whether the hours are over, or the clock is no help. @param now server time as this device knows it */
export function isOver({ provenAt, forHours }: OfflinePass, now: number): boolean {
  return now - provenAt > forHours * HOUR_MS || provenAt - now > MAY_GO_BACK_MS;
}

/** Whether too many wrong passwords were tried without a line. */
export function isWornOut({ failures }: OfflinePass): boolean {
  return failures >= MOST_FAILURES;
}
