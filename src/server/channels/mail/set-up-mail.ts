/** How an administrator sets a mail account up, and what is tried when they press the button: both servers, for real. */
import { connect as connectTls } from 'node:tls';
import type { Finding, FindingStep } from '../../../shared/administration/channel-findings.ts';
import type { MailServerForm } from '../../../shared/administration/channel-forms.ts';
import type { SetUp } from '../channel-adapter.ts';
import { tryLogin } from './deliver-by-smtp.ts';
import { type MailServer, type MailSettings, parseMailSettings } from './mail-settings.ts';
import { faultOfMailError } from './name-mail-error.ts';
import { newImapClient } from './open-imap.ts';

/** Somebody waits in front of the button: shorter than the limits of the running account, in ms. */
const TRY_MS = 10_000;
const PROBE_MS = 3_000;

export const setUpMail: SetUp = {
  webhookPath: () => null,
  show(stored) {
    const settings = parseMailSettings(stored);
    const server = ({ host, port, tls, user, ca }: MailServer): MailServerForm => ({
      host,
      port,
      tls,
      user,
      password: null,
      ca: ca ?? null,
    });
    return {
      form: {
        channel: 'mail',
        address: settings.address,
        fromName: settings.fromName,
        imap: server(settings.imap),
        smtp: server(settings.smtp),
        mailbox: settings.mailbox,
        firstFetch: settings.firstFetch,
        sentCopy: settings.sentCopy,
        plusAddressing: settings.plusAddressing,
      },
      stored: (['imap', 'smtp'] as const).flatMap((half) =>
        settings[half].password === '' ? [] : [`${half}.password`],
      ),
    };
  },
  take(form, stored) {
    if (form.channel !== 'mail') throw new Error(`not a form of mail: ${form.channel}`);
    const before = stored === undefined ? null : parseMailSettings(stored);
    const imap = takeServer(form.imap, before?.imap);
    if (imap === null) return { ok: false, missing: 'imap.password' };
    const smtp = takeServer(form.smtp, before?.smtp);
    if (smtp === null) return { ok: false, missing: 'smtp.password' };
    const { channel: _, ...fields } = form;
    return { ok: true, settings: parseMailSettings({ ...before, ...fields, imap, smtp }), madeSecret: null };
  },
  async test(settings) {
    const parsed = parseMailSettings(settings);
    const [reading, sending] = await Promise.all([tryImap(parsed), trySmtp(parsed.smtp)]);
    return [...reading, sending];
  },
};

/** Null when a password is needed that is neither in the form nor stored for this server. */
function takeServer(form: MailServerForm, before: MailServer | undefined): MailServer | null {
  const { ca, password, ...fields } = form;
  const isSameServer = before !== undefined && before.host === form.host && before.user === form.user;
  const known = form.user === '' ? '' : (password ?? (isSameServer ? before.password : null));
  if (known === null || (known === '' && form.user !== '')) return null;
  const name = isSameServer && before.tlsName !== undefined ? { tlsName: before.tlsName } : {};
  return { ...fields, ...name, password: known, ...(ca === null ? {} : { ca }) };
}

async function tryImap({ imap, mailbox, sentCopy, sentMailbox }: MailSettings): Promise<Finding[]> {
  const client = newImapClient(imap, { connectMs: TRY_MS, silenceMs: TRY_MS, idleMs: TRY_MS });
  try {
    await Promise.race([client.connect(), whenPortIsOfTls(imap)]);
    const opened = await client.mailboxOpen(mailbox, { readOnly: true });
    const found: Finding[] = [
      {
        step: 'imap',
        outcome: 'ok',
        reason: 'ok',
        facts: { ...factsOf(imap), mailbox, mails: String(opened.exists) },
      },
    ];
    if (sentCopy !== 'append') return found;
    const folders = await client.list();
    const sent = folders.find((one) => (sentMailbox === null ? one.specialUse === '\\Sent' : one.path === sentMailbox));
    if (sent === undefined)
      found.push({
        step: 'sentFolder',
        outcome: 'notice',
        reason: 'no-sent-folder',
        facts: { folder: sentMailbox ?? 'Sent' },
      });
    return found;
  } catch (error) {
    return [failure('imap', imap, error, { mailbox })];
  } finally {
    client.close();
  }
}

async function trySmtp(server: MailServer): Promise<Finding> {
  try {
    const timeouts = { connectMs: TRY_MS, answerMs: TRY_MS, wholeMs: 2 * TRY_MS };
    await Promise.race([tryLogin(server, timeouts, AbortSignal.timeout(2 * TRY_MS)), whenPortIsOfTls(server)]);
    return { step: 'smtp', outcome: 'ok', reason: 'ok', facts: factsOf(server) };
  } catch (error) {
    return failure('smtp', server, error, {});
  }
}

function failure(step: FindingStep, server: MailServer, error: unknown, facts: Record<string, string>): Finding {
  const reason = error instanceof PortOfTls ? 'plain-on-tls-port' : faultOfMailError(error);
  return { step, outcome: 'failed', reason, facts: { ...factsOf(server), ...facts } };
}

class PortOfTls extends Error {
  override name = 'PortOfTls';
}

/**
 * Throws when the port begins with TLS although it is spoken to in clear, else never ends. Such a server waits in silence and
 * looks like one that does not answer. Only the handshake is made and nothing sent over it, so the certificate does not matter.
 */
function whenPortIsOfTls({ host, port, tls }: MailServer): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (tls === 'implicit') return;
    const socket = connectTls({ host, port, rejectUnauthorized: false, timeout: PROBE_MS }, () => {
      socket.destroy();
      reject(new PortOfTls());
    });
    socket.once('error', () => socket.destroy());
    socket.once('timeout', () => socket.destroy());
  });
}

function factsOf({ host, port, user }: MailServer): Record<string, string> {
  return { host, port: String(port), user };
}
