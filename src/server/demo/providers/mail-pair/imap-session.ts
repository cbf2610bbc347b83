/**
 * One client of the demo's IMAP server: greets, lets in by password, answers commands one after another, and tells of
 * new mail during IDLE. Serves loopback only; a wrong password costs the connection after three tries.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { answerFetch } from './answer-fetch.ts';
import type { DemoFolder, DemoMailbox } from './demo-mailbox.ts';
import { mailsInSet, SearchError, searchMails } from './find-demo-mails.ts';
import { createCommandReader, type ImapCommand, type Word } from './read-imap-command.ts';

const CAPABILITIES = 'IMAP4rev1 AUTH=PLAIN SASL-IR LITERAL+ ID IDLE NAMESPACE SPECIAL-USE UIDPLUS UNSELECT';
const MAX_LOGINS = 3;

/** Serves one connection until it ends. */
export function serveImapClient(socket: Socket, mailbox: DemoMailbox, login: { user: string; password: string }): void {
  const reader = createCommandReader();
  let isLoggedIn = false;
  let failedLogins = 0;
  let selected: DemoFolder | null = null;
  let isReadOnly = false;
  /** What this client believes of the selected folder, and what it must still hear (RFC 3501, 5.2). */
  let toldExists = 0;
  let untoldGone: number[] = [];
  /** The tag of a running IDLE or AUTHENTICATE: the next line belongs to it. */
  let idleTag: string | null = null;
  let authTag: string | null = null;

  const send = (line: string): void => void socket.write(`${line}\r\n`, 'latin1');
  const stopListening = mailbox.onChange(({ folder, removed }) => {
    if (folder !== selected) return;
    untoldGone.push(...removed);
    if (idleTag !== null) tellNews();
  });
  socket.on('close', stopListening).on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    reader.push(bytes);
    serve();
  });
  send(`* OK [CAPABILITY ${CAPABILITIES}] demo mail server`);

  function serve(): void {
    while (!socket.destroyed) {
      if (idleTag !== null || authTag !== null) {
        const line = reader.nextLine();
        if (line === null) return;
        takeLine(line);
        continue;
      }
      const reading = reader.next();
      if (reading.kind === 'more') return;
      if (reading.kind === 'continue') send('+ go on');
      else if (reading.kind === 'bad') send(`${reading.tag} BAD ${reading.why}`);
      else answer(reading.command);
    }
  }

  function takeLine(line: string): void {
    if (authTag !== null) {
      const tag = authTag;
      authTag = null;
      authenticate(tag, line);
    } else if (idleTag !== null && line.toUpperCase() === 'DONE') {
      send(`${idleTag} OK idle is over`);
      idleTag = null;
    }
  }

  function tellNews(): void {
    if (selected === null) return;
    for (const place of untoldGone) {
      send(`* ${place} EXPUNGE`);
      toldExists -= 1;
    }
    untoldGone = [];
    if (selected.mails.length === toldExists) return;
    toldExists = selected.mails.length;
    send(`* ${toldExists} EXISTS`);
  }

  function answer(command: ImapCommand): void {
    const { tag, name } = command;
    try {
      const done = isLoggedIn ? carryOut(command) : beforeLogin(command);
      if (done === null) return;
      tellNews();
      send(`${tag} ${done}`);
      if (name === 'LOGOUT') socket.end();
    } catch (error) {
      send(`${tag} ${error instanceof SearchError ? `BAD ${error.message}` : 'NO it did not work'}`);
    }
  }

  function beforeLogin({ tag, name, words }: ImapCommand): string | null {
    switch (name) {
      case 'LOGIN':
        logIn(tag, word(words, 0), word(words, 1));
        return null;
      case 'AUTHENTICATE':
        if (word(words, 0).toUpperCase() !== 'PLAIN') return 'NO only PLAIN is spoken here';
        if (words.length > 1) authenticate(tag, word(words, 1));
        else {
          authTag = tag;
          send('+ ');
        }
        return null;
      default:
        return always(name) ?? 'BAD log in first';
    }
  }

  function authenticate(tag: string, response: string): void {
    const [, user = '', password = ''] = Buffer.from(response, 'base64').toString('utf8').split('\0');
    logIn(tag, user, password);
  }

  function logIn(tag: string, user: string, password: string): void {
    isLoggedIn = user === login.user && isSame(password, login.password);
    if (isLoggedIn) return send(`${tag} OK [CAPABILITY ${CAPABILITIES}] welcome`);
    failedLogins += 1;
    send(`${tag} NO [AUTHENTICATIONFAILED] user or password is wrong`);
    if (failedLogins >= MAX_LOGINS) socket.end();
  }

  /** What needs no login. */
  function always(name: string): string | null {
    switch (name) {
      case 'CAPABILITY':
        send(`* CAPABILITY ${CAPABILITIES}`);
        return 'OK';
      case 'NOOP':
        return 'OK';
      case 'ID':
        send('* ID ("name" "Kanade demo mail")');
        return 'OK';
      case 'LOGOUT':
        send('* BYE goodbye');
        return 'OK';
      default:
        return null;
    }
  }

  function carryOut({ tag, name, words }: ImapCommand): string | null {
    switch (name) {
      case 'NAMESPACE':
        send('* NAMESPACE (("" "/")) NIL NIL');
        return 'OK';
      case 'LIST':
      case 'LSUB':
        return list(name, words);
      case 'STATUS':
        return status(folderOf(words, 0), words[1]);
      case 'SELECT':
      case 'EXAMINE':
        return select(folderOf(words, 0), name === 'EXAMINE');
      case 'CREATE':
        mailbox.create(word(words, 0));
        return 'OK';
      case 'SUBSCRIBE':
      case 'UNSUBSCRIBE':
      case 'CHECK':
        return 'OK';
      case 'CLOSE':
      case 'UNSELECT':
        selected = null;
        return 'OK';
      case 'APPEND':
        return append(words);
      case 'IDLE':
        idleTag = tag;
        send('+ idling');
        tellNews();
        return null;
      case 'UID':
        return onMails(word(words, 0).toUpperCase(), words.slice(1), true);
      default:
        return always(name) ?? onMails(name, words, false);
    }
  }

  function onMails(name: string, words: Word[], byUid: boolean): string {
    if (selected === null) return 'BAD select a mailbox first';
    switch (name) {
      case 'SEARCH': {
        const numbers = searchMails(selected, words).map(({ place, mail }) => (byUid ? mail.uid : place));
        send(`* SEARCH${numbers.map((number) => ` ${number}`).join('')}`);
        return 'OK';
      }
      case 'FETCH':
        for (const placed of mailsInSet(selected, word(words, 0), byUid)) {
          const seen = placed.mail.flags.has('\\Seen');
          socket.write(answerFetch(placed, words.slice(1), byUid));
          if (isReadOnly && !seen) placed.mail.flags.delete('\\Seen');
        }
        return 'OK';
      case 'STORE':
        return store(selected, words, byUid);
      case 'EXPUNGE':
        if (isReadOnly) return 'NO the mailbox is open to be read only';
        mailbox.expunge(selected);
        return 'OK';
      default:
        return `BAD ${name} is not known here`;
    }
  }

  function store(folder: DemoFolder, words: Word[], byUid: boolean): string {
    if (isReadOnly) return 'NO the mailbox is open to be read only';
    const how = word(words, 1).toUpperCase();
    const flags = words
      .slice(2)
      .flat()
      .filter((flag) => typeof flag === 'string');
    for (const { place, mail } of mailsInSet(folder, word(words, 0), byUid)) {
      if (how.startsWith('FLAGS')) mail.flags.clear();
      for (const flag of flags) {
        if (how.startsWith('-')) mail.flags.delete(flag);
        else mail.flags.add(flag);
      }
      if (!how.endsWith('.SILENT')) send(`* ${place} FETCH (UID ${mail.uid} FLAGS (${[...mail.flags].join(' ')}))`);
    }
    return 'OK';
  }

  function list(name: string, words: Word[]): string {
    const pattern = word(words, 1);
    if (pattern === '') send(`* ${name} (\\Noselect) "/" ""`);
    else {
      const form = new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll(/[*%]/g, '.*')}$`, 'i');
      for (const folder of mailbox.list()) {
        if (form.test(folder.name))
          send(`* ${name} (${['\\HasNoChildren', folder.specialUse ?? ''].join(' ').trim()}) "/" "${folder.name}"`);
      }
    }
    return 'OK';
  }

  function status(folder: DemoFolder | null, asked: Word | undefined): string {
    if (folder === null) return 'NO [NONEXISTENT] no such mailbox';
    const values: Record<string, number> = {
      MESSAGES: folder.mails.length,
      RECENT: 0,
      UIDNEXT: folder.uidNext,
      UIDVALIDITY: folder.uidValidity,
      UNSEEN: folder.mails.filter((mail) => !mail.flags.has('\\Seen')).length,
    };
    const items = [asked].flat().map((item) => (typeof item === 'string' ? item.toUpperCase() : ''));
    send(
      `* STATUS "${folder.name}" (${items
        .filter((item) => item in values)
        .map((item) => `${item} ${values[item] ?? 0}`)
        .join(' ')})`,
    );
    return 'OK';
  }

  function select(folder: DemoFolder | null, readOnly: boolean): string {
    selected = folder;
    if (folder === null) return 'NO [NONEXISTENT] no such mailbox';
    isReadOnly = readOnly;
    toldExists = folder.mails.length;
    untoldGone = [];
    send('* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)');
    send(`* OK [PERMANENTFLAGS (${readOnly ? '' : '\\Answered \\Flagged \\Deleted \\Seen \\Draft'})] flags`);
    send(`* ${toldExists} EXISTS`);
    send('* 0 RECENT');
    send(`* OK [UIDVALIDITY ${folder.uidValidity}] valid`);
    send(`* OK [UIDNEXT ${folder.uidNext}] next`);
    return readOnly ? 'OK [READ-ONLY] opened' : 'OK [READ-WRITE] opened';
  }

  function append(words: Word[]): string {
    const folder = folderOf(words, 0);
    if (folder === null) return 'NO [TRYCREATE] no such mailbox';
    const raw = Buffer.from(word(words, words.length - 1), 'latin1');
    const flags = (Array.isArray(words[1]) ? words[1] : []).filter((flag) => typeof flag === 'string');
    const mail = mailbox.add(folder, raw, flags);
    return `OK [APPENDUID ${folder.uidValidity} ${mail.uid}] filed`;
  }

  function folderOf(words: Word[], at: number): DemoFolder | null {
    return mailbox.find(word(words, at));
  }
}

function word(words: Word[], at: number): string {
  const found = words[at];
  if (typeof found !== 'string') throw new SearchError('a word is missing');
  return found;
}

function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
