/**
 * Mail as a channel: one mailbox is watched, replies go out by SMTP. The only file of this folder that the registry
 * knows. Decides nothing about conversations.
 */
import type { DNSResolver } from 'mailauth';
import type {
  ChannelAdapter,
  ChannelContext,
  OutgoingMessage,
  RunningChannel,
  SendOutcome,
} from '../channel-adapter.ts';
import { createMailHealth, type MailHealth } from './account-health.ts';
import { systemTimers, type Timers } from './bell.ts';
import { systemResolver } from './check-dmarc.ts';
import { deliverBySmtp, smtpTimeouts, type SmtpTimeouts, tryLogin } from './deliver-by-smtp.ts';
import { fileSentCopy, isInSentFolder } from './file-sent-copy.ts';
import { createMailReader, readerLimits, type ReaderLimits } from './mail-reader.ts';
import { type MailSettings, parseMailSettings } from './mail-settings.ts';
import { nameMailError } from './name-mail-error.ts';
import { imapTimeouts, type ImapTimeouts } from './open-imap.ts';
import { type SentMail, sendMail } from './send-mail.ts';
import { setUpMail } from './set-up-mail.ts';
import { takeInMail } from './take-in-mail.ts';
import { watchMailbox } from './watch-mailbox.ts';

/** What a test may put in its own place. */
export type MailParts = {
  timers: Timers;
  resolve: DNSResolver;
  imapTimeouts: ImapTimeouts;
  smtpTimeouts: SmtpTimeouts;
  readerLimits: ReaderLimits;
};

/** How often a failing SMTP login is tried again, in milliseconds. */
const TRY_SMTP_EVERY_MS = 60_000;

/** Makes the adapter; `parts` replace what reaches outside or waits. */
export function createMailAdapter(parts: Partial<MailParts> = {}): ChannelAdapter {
  const timers = parts.timers ?? systemTimers;
  return {
    channel: 'mail',
    setUp: setUpMail,
    async start(context): Promise<RunningChannel> {
      const settings = parseMailSettings(context.account.settings);
      const resolve = parts.resolve ?? systemResolver();
      const reader = createMailReader(parts.readerLimits ?? readerLimits);
      const health = createMailHealth(context.clock, (state) => context.reportHealth(state));
      const sender = createSender(context, settings, health, timers, parts.smtpTimeouts ?? smtpTimeouts);
      const watch = watchMailbox({
        context,
        settings,
        health,
        timers,
        timeouts: parts.imapTimeouts ?? imapTimeouts,
        takeIn: (found) => takeInMail({ context, settings, reader, resolve }, found),
      });
      return {
        send: (message) => sender.send(message),
        // SMTP has no key: the same Message-ID twice is two mails to most servers.
        isSafeToRepeat: () => false,
        async readAgain(raw, charset) {
          const reading = await reader.read(raw, charset);
          return 'mail' in reading ? reading.mail : null;
        },
        async stop() {
          await watch.stop();
          await sender.stop();
          await reader.stop();
        },
      };
    },
  };
}

type Sender = { send(message: OutgoingMessage): Promise<SendOutcome>; stop(): Promise<void> };

function createSender(
  context: ChannelContext,
  settings: MailSettings,
  health: MailHealth,
  timers: Timers,
  timeouts: SmtpTimeouts,
): Sender {
  const underWay = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  let cancelTry: () => void = () => undefined;

  function track<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    void work.finally(() => underWay.delete(work)).catch(() => undefined);
    return work;
  }

  async function tryServer(): Promise<void> {
    try {
      await tryLogin(settings.smtp, timeouts, stopping.signal);
      await health.works('smtp');
    } catch (error) {
      if (stopping.signal.aborted) return;
      await fails(nameMailError('smtp', error));
    }
  }

  async function fails(error: ReturnType<typeof nameMailError>): Promise<void> {
    context.log.warn('mail-sending-fails', { reason: error.name });
    await health.fails('smtp', error);
    cancelTry();
    if (!stopping.signal.aborted)
      cancelTry = timers.after(TRY_SMTP_EVERY_MS, () => void track(tryServer()).catch(() => undefined));
  }

  async function send(message: OutgoingMessage): Promise<SendOutcome> {
    const sent = await sendMail(message, settings, context.account.id, context.clock, (server, envelope, raw) =>
      deliverBySmtp(server, envelope, raw, timeouts),
    );
    context.log.info('mail-sent', { messageId: message.messageId, outcome: sent.outcome.outcome });
    if (sent.serverError === null) await health.works('smtp');
    else await fails(sent.serverError);
    return settle(sent);
  }

  async function settle(sent: SentMail): Promise<SendOutcome> {
    if (sent.outcome.outcome === 'sent' && settings.sentCopy === 'append')
      void track(fileCopy(sent)).catch(() => undefined);
    if (sent.outcome.outcome !== 'unknown' || settings.sentCopy !== 'server') return sent.outcome;
    // This server files what it has accepted, so its Sent folder knows what the broken line did not tell.
    const isThere = await isInSentFolder(settings, sent.messageId).catch(() => false);
    return isThere ? { outcome: 'sent', externalId: sent.messageId, state: 'sent' } : sent.outcome;
  }

  async function fileCopy(sent: SentMail): Promise<void> {
    try {
      await fileSentCopy(settings, sent.messageId, sent.raw);
    } catch (error) {
      context.log.warn('mail-copy-not-filed', { reason: nameMailError('imap', error).name });
    }
  }

  void track(tryServer()).catch(() => undefined);
  return {
    send: (message) => track(send(message)),
    async stop() {
      stopping.abort();
      cancelTry();
      await Promise.allSettled(underWay);
    },
  };
}
