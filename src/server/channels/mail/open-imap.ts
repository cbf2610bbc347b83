/** Opens an IMAP connection the way this house wants it: quiet, with limits, noticed when it dies. Reads no mail. */
import { ImapFlow } from 'imapflow';
import type { MailServer } from './mail-settings.ts';

/** Largest mail that is fetched, in bytes; `channels.md` §2.4 caps it at the MTA as well. */
export const MAX_MAIL_BYTES = 25 * 1024 * 1024;

/** How soon a dead line is noticed, in milliseconds; tests pass shorter ones. */
export type ImapTimeouts = { connectMs: number; silenceMs: number; idleMs: number };

/**
 * After `silenceMs` without a byte a NOOP asks whether anybody is there; unanswered for as long again, the line is dead.
 * IDLE is begun anew every `idleMs` (RFC 2177 asks for less than 29 minutes; home routers forget after five).
 */
export const imapTimeouts: ImapTimeouts = { connectMs: 20_000, silenceMs: 60_000, idleMs: 4 * 60_000 };

/** A client that is not connected yet; `connect()` throws what `nameMailError` knows, `close()` ends it at any time. */
export function newImapClient(server: MailServer, timeouts: ImapTimeouts = imapTimeouts): ImapFlow {
  const client = new ImapFlow({
    host: server.host,
    port: server.port,
    secure: server.tls === 'implicit',
    // False also where the server offers it: `none` is for this machine, whose certificate nobody would know.
    doSTARTTLS: server.tls === 'starttls',
    auth: { user: server.user, pass: server.password },
    ...(server.tlsName === undefined ? {} : { servername: server.tlsName }),
    tls: { ...(server.ca === undefined ? {} : { ca: server.ca }) },
    logger: false,
    disableAutoIdle: true,
    maxIdleTime: timeouts.idleMs,
    connectionTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.connectMs,
    socketTimeout: timeouts.silenceMs,
    maxLiteralSize: 2 * MAX_MAIL_BYTES,
    maxResponseSize: 3 * MAX_MAIL_BYTES,
    maxLineLength: 4 * 1024 * 1024,
    clientInfo: { name: 'Kanade' },
  });
  // Unheard, an `error` event would end the server. What it means is told by `close` and by the failing command.
  client.on('error', () => undefined);
  return client;
}
