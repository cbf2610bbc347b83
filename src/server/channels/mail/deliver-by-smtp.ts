/**
 * Hands one finished mail to an SMTP server and knows at every moment how far it got: that is what decides whether it
 * may be sent again. All recipients or none: when one is refused the mail is taken back before its last dot, so that a
 * corrected second sending reaches nobody twice.
 */
import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { timeForBytes } from '../channel-adapter.ts';
import type { MailServer } from './mail-settings.ts';

export type Envelope = { from: string; to: string[]; envelopeId: string };

/** How far a sending got. */
export type Delivery =
  /** The server answered 250 after the last dot: it is the server's now. */
  | { became: 'accepted' }
  /** The server said no to this mail; `code` 4xx may change, 5xx will not. */
  | { became: 'refused'; code: number; status: string | null; step: 'sender' | 'recipient' | 'content' }
  /** It never got as far as the last dot: the server cannot have it. */
  | { became: 'notSent'; error: unknown }
  /** The last dot was on its way when the line broke: the server may or may not have it. */
  | { became: 'unclear'; error: unknown };

export type SmtpTimeouts = { connectMs: number; answerMs: number; wholeMs: number };

/**
 * The whole, with time for its bytes, ends before the dispatcher gives up on a sending (45 s), because here is known how far it got and there it is
 * not. RFC 5321, 4.5.3.2 would wait for ten minutes; an agent looks at the message by then anyway.
 */
export const smtpTimeouts: SmtpTimeouts = { connectMs: 15_000, answerMs: 35_000, wholeMs: 40_000 };

/** The mail goes out in pieces, so that a line that breaks in its middle is known to have broken there. */
const CHUNK_BYTES = 16 * 1024;

/**
 * Sends one mail over a connection of its own.
 * @param raw the whole mail with CRLF
 */
export async function deliverBySmtp(
  server: MailServer,
  envelope: Envelope,
  raw: Buffer,
  timeouts: SmtpTimeouts = smtpTimeouts,
): Promise<Delivery> {
  const refusals: string[] = [];
  const connection = openConnection(server, timeouts, (reply) => {
    if (/^[45]\d\d/.test(reply)) refusals.push(reply);
  });
  const deadline = startDeadline(timeouts.wholeMs + timeForBytes(raw.length));
  try {
    await Promise.race([logIn(connection, server), deadline.passed]);
  } catch (error) {
    deadline.cancel();
    connection.close();
    return { became: 'notSent', error };
  }
  refusals.length = 0;
  return new Promise<Delivery>((resolve) => {
    let isLastDotOut = false;
    let isFinished = false;
    let at = 0;
    const finish = (delivery: Delivery): void => {
      if (isFinished) return;
      isFinished = true;
      deadline.cancel();
      resolve(delivery);
      if (delivery.became === 'accepted') connection.quit();
      else connection.close();
    };
    const content = new Readable({
      highWaterMark: CHUNK_BYTES,
      read() {
        // Read for the first time after the server's 354: every recipient has its answer by now.
        const refusal = refusals[0];
        if (refusal !== undefined) {
          finish({ became: 'refused', ...parseReply(refusal), step: 'recipient' });
          return;
        }
        this.push(raw.subarray(at, at + CHUNK_BYTES));
        at += CHUNK_BYTES;
        if (at < raw.length) return;
        isLastDotOut = true;
        this.push(null);
      },
    });
    deadline.passed.catch((error: unknown) => finish(whenLost(isLastDotOut, error)));
    connection.on('error', (error) => finish(whenLost(isLastDotOut, error)));
    connection.once('end', () => finish(whenLost(isLastDotOut, new Error('connection ended'))));
    const dsn = { id: envelope.envelopeId, ret: 'HDRS', notify: ['FAILURE', 'DELAY'], orcpt: null };
    connection.send(
      { from: envelope.from, to: envelope.to, size: raw.length, use8BitMime: false, dsn },
      content,
      (error) => {
        if (error === null) return finish({ became: 'accepted' });
        const step = stepOf(error.command);
        if (error.responseCode !== undefined && error.responseCode >= 400) {
          return finish({ became: 'refused', ...parseReply(error.response ?? String(error.responseCode)), step });
        }
        // nodemailer's own no, before a byte was sent: no server will see it differently.
        if (error.code === 'EENVELOPE')
          return finish({ became: 'refused', code: 550, status: null, step: 'recipient' });
        if (error.code === 'EMESSAGE') return finish({ became: 'refused', code: 552, status: null, step });
        finish(whenLost(isLastDotOut, error));
      },
    );
  });
}

/**
 * Connects, logs in and leaves: shows an administrator at once whether sending will work.
 * @param signal ends the attempt, which then throws
 */
export async function tryLogin(server: MailServer, timeouts: SmtpTimeouts, signal: AbortSignal): Promise<void> {
  const connection = openConnection(server, timeouts, () => undefined);
  signal.addEventListener('abort', () => connection.close(), { once: true });
  try {
    await logIn(connection, server);
    connection.quit();
  } catch (error) {
    connection.close();
    throw error;
  }
}

function openConnection(server: MailServer, timeouts: SmtpTimeouts, onReply: (reply: string) => void): SMTPConnection {
  return new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.tls === 'implicit',
    requireTLS: server.tls === 'starttls',
    ignoreTLS: server.tls === 'none',
    connectionTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.connectMs,
    socketTimeout: timeouts.answerMs,
    // Its only public way to hear the answer to each recipient; passwords are not in the server's replies.
    transactionLog: true,
    logger: {
      debug: (entry: { tnx?: string }, message?: string) => {
        if (entry.tnx === 'server' && typeof message === 'string') onReply(message);
      },
    },
    tls: {
      ...(server.ca === undefined ? {} : { ca: server.ca }),
      ...(server.tlsName === undefined ? {} : { servername: server.tlsName }),
    },
  });
}

async function logIn(connection: SMTPConnection, server: MailServer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    connection.on('error', reject);
    connection.once('end', () => reject(new Error('connection ended')));
    connection.connect((error) => {
      if (error) return reject(error);
      if (server.user === '') return resolve();
      connection.login({ user: server.user, pass: server.password }, (failure) =>
        failure === null ? resolve() : reject(failure),
      );
    });
  });
  connection.removeAllListeners('error');
  connection.removeAllListeners('end');
  // Between two steps nothing is lost yet, but an error that nobody hears would end the server.
  connection.on('error', () => undefined);
}

/** A promise that is rejected when the time is up, and never otherwise. */
function startDeadline(ms: number): { passed: Promise<never>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('took too long'), { code: 'ETIMEDOUT' })), ms);
  });
  // Whoever waits hears of it; when nobody does any more it is no error.
  passed.catch(() => undefined);
  return { passed, cancel: () => clearTimeout(timer) };
}

function whenLost(isLastDotOut: boolean, error: unknown): Delivery {
  return isLastDotOut ? { became: 'unclear', error } : { became: 'notSent', error };
}

function stepOf(command: string | undefined): 'sender' | 'recipient' | 'content' {
  if (command === 'RCPT TO') return 'recipient';
  return command === 'MAIL FROM' ? 'sender' : 'content';
}

function parseReply(reply: string): { code: number; status: string | null } {
  const [, code = '', status = null] = /^(\d{3})(?:[ -]([245]\.\d{1,3}\.\d{1,3}))?/.exec(reply) ?? [];
  return { code: Number(code), status };
}
