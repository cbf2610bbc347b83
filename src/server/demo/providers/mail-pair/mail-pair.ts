/**
 * A small mail server for the demo centre: IMAP and SMTP on loopback, one mailbox in memory, so that the real mail channel
 * runs where no mail server is installed. What the centre sends goes to the simulated customers and nowhere else.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Clock, Random } from '../../../../shared/domain/clock.ts';
import { createDemoMailbox } from './demo-mailbox.ts';
import { headerFields } from './find-demo-mails.ts';
import { serveImapClient } from './imap-session.ts';

/** A mail that the centre has sent. Ids keep their brackets. */
export type SentMail = {
  messageId: string;
  to: readonly string[];
  subject: string;
  references: readonly string[];
  raw: Buffer;
};

/** Where the centre's mail channel connects. */
export type MailServerSettings = { host: string; port: number; tls: 'none'; user: string; password: string };

export type MailPair = {
  address: string;
  imap: MailServerSettings;
  smtp: MailServerSettings;
  /** Puts a raw mail into the centre's mailbox, as its MTA would. */
  deliver(raw: Uint8Array): Promise<void>;
  /** Hears of every mail that the centre sends. Returns the function that stops. */
  onSent(listener: (mail: SentMail) => void): () => void;
  stop(): Promise<void>;
};

/** Largest mail that is taken, in bytes, as at a provider. */
const MAX_BYTES = 25 * 1024 * 1024;

/**
 * Starts both on free ports of 127.0.0.1.
 * @param address the centre's address; its part before @ is the login
 */
export async function startMailPair(options: {
  address: string;
  password: string;
  clock: Clock;
  random: Random;
}): Promise<MailPair> {
  const { address, password, clock, random } = options;
  const user = address.slice(0, address.lastIndexOf('@'));
  const mailbox = createDemoMailbox(clock);
  const listeners = new Set<(mail: SentMail) => void>();
  const clients = new Set<Socket>();

  const deliver = async (raw: Uint8Array): Promise<void> => {
    const inbox = mailbox.find('INBOX');
    if (inbox !== null) mailbox.add(inbox, withReturnPath(Buffer.from(raw)));
  };

  const imap = createServer((socket) => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    serveImapClient(socket, mailbox, { user, password });
  });
  const smtp = new SMTPServer({
    banner: 'Kanade demo mail',
    authMethods: ['PLAIN', 'LOGIN'],
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    hideSTARTTLS: true,
    size: MAX_BYTES,
    logger: false,
    onAuth(auth, _session, done) {
      if (auth.username === user && auth.password === password) return done(null, { user });
      done(new Error('user or password is wrong'));
    },
    onData(stream, session, done) {
      readMail(stream).then(
        (raw) => {
          if (raw === null) return done(Object.assign(new Error('the mail is too large'), { responseCode: 552 }));
          take(raw, session);
          done(null, `queued as ${Buffer.from(random.bytes(6)).toString('hex')}`);
        },
        (error: unknown) => done(error instanceof Error ? error : new Error('the mail was not received')),
      );
    },
  });

  function take(raw: Buffer, session: SMTPServerSession): void {
    const to = session.envelope.rcptTo.map((recipient) => recipient.address.toLowerCase());
    // A colleague's copy: the centre writes to itself.
    if (to.includes(address.toLowerCase())) void deliver(raw);
    const sent = describe(raw, to);
    for (const listener of listeners) listener(sent);
  }

  await listen(imap);
  await listen(smtp.server);
  smtp.on('error', () => undefined);
  const settings = (port: number): MailServerSettings => ({ host: '127.0.0.1', port, tls: 'none', user, password });
  return {
    address,
    imap: settings(portOf(imap)),
    smtp: settings(portOf(smtp.server)),
    deliver,
    onSent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      listeners.clear();
      for (const client of clients) client.destroy();
      await Promise.all([new Promise((done) => imap.close(done)), new Promise<void>((done) => smtp.close(done))]);
    },
  };
}

/** A mail as an MTA hands it over: with the header that names its sender. */
function withReturnPath(raw: Buffer): Buffer {
  const fields = headerFields(raw);
  if (fields.some((field) => /^return-path:/i.test(field))) return raw;
  const from = /<([^<>\s]+)>|([^<>\s]+@[^<>\s]+)/.exec(fields.find((field) => /^from:/i.test(field)) ?? '');
  return Buffer.concat([Buffer.from(`Return-Path: <${from?.[1] ?? from?.[2] ?? ''}>\r\n`, 'latin1'), raw]);
}

async function readMail(stream: SMTPServerDataStream): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size <= MAX_BYTES) pieces.push(piece);
  }
  return size > MAX_BYTES || stream.sizeExceeded ? null : Buffer.concat(pieces);
}

function describe(raw: Buffer, to: string[]): SentMail {
  const fields = headerFields(raw);
  const value = (name: string): string => {
    const field = fields.find((one) => one.toLowerCase().startsWith(`${name}:`)) ?? '';
    return field
      .slice(name.length + 1)
      .replaceAll(/\r\n/g, '')
      .trim();
  };
  const ids = (name: string): string[] => value(name).match(/<[^<>\s]+>/g) ?? [];
  return {
    messageId: ids('message-id')[0] ?? '',
    to,
    subject: decodeWords(value('subject')),
    references: ids('references'),
    raw,
  };
}

/** Encoded words (RFC 2047) in UTF-8, which is all that our side writes; words next to each other are one. */
function decodeWords(value: string): string {
  return value.replaceAll(/\?=\s+=\?/g, '?==?').replaceAll(/(?:=\?utf-8\?[bq]\?[^?]*\?=)+/gi, (run) => {
    const words = [...run.matchAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi)];
    return Buffer.concat(
      words.map(([, how = '', text = '']) => (how.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : decodeQ(text))),
    ).toString('utf8');
  });
}

function decodeQ(text: string): Buffer {
  const bytes = text
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the demo mail server has no port');
  return address.port;
}
