/**
 * Watches one mailbox: takes in what is there, waits for more by IDLE, and comes back after every outage with what was
 * missed. What has been taken in is remembered by UIDVALIDITY and UID; when the server throws its UIDs away, mails are
 * known by their Message-ID. Changes nothing in the mailbox: it is opened to be read only.
 */
import type { ImapFlow } from 'imapflow';
import { z } from 'zod';
import type { ChannelContext } from '../channel-adapter.ts';
import type { MailHealth } from './account-health.ts';
import { createBell, type Timers } from './bell.ts';
import { arrivalOf, fetchMail, unfetchableMail } from './fetch-mail.ts';
import type { MailSettings } from './mail-settings.ts';
import { ownMessageId } from './message-ids.ts';
import { nameMailError } from './name-mail-error.ts';
import { imapTimeouts, type ImapTimeouts, newImapClient } from './open-imap.ts';
import type { FoundMail, Taken } from './take-in-mail.ts';

export type Watch = {
  context: ChannelContext;
  settings: MailSettings;
  health: MailHealth;
  takeIn(found: FoundMail): Promise<Taken>;
  timers: Timers;
  timeouts?: ImapTimeouts;
};

export type RunningWatch = { stop(): Promise<void> };

/** Saved with the account after every few mails; a crash in between takes some in again, which changes nothing. */
const stateSchema = z.object({
  mailbox: z.string(),
  uidValidity: z.string(),
  lastUid: z.number().int(),
  /** Epoch ms since when every mail was taken in; older ones are not looked for when UIDs change. */
  watchedSince: z.number(),
});
type WatchState = z.output<typeof stateSchema>;

const SAVE_EVERY = 20;
/** Times that one mail is tried before a stub stands in for it. */
const TRIES = 3;
/** Mails asked about at once when the UIDs have changed. */
const IDS_AT_ONCE = 200;
/** Servers' clocks may differ from ours by that much, in milliseconds. */
const CLOCK_SKEW_MS = 3_600_000;
/** A look at the mailbox though nothing was told, in milliseconds: some servers forget to tell. */
const LOOK_EVERY_MS = 10 * 60_000;
/** Back-off after an outage: doubles from the first to the last, in milliseconds. */
const FIRST_WAIT_MS = 1_000;
const LAST_WAIT_MS = 60_000;
/** Wrong passwords are tried seldom: servers lock accounts. */
const LOGIN_WAIT_MS = 60_000;

/** Starts to watch; the first connection is made at once and its failure is a matter of health, not an error. */
export function watchMailbox(watch: Watch): RunningWatch {
  const { context, settings, health, timers } = watch;
  let hasEnded = false;
  /** Asked by function, because it changes while something is awaited. */
  const isStopped = (): boolean => hasEnded;
  let client: ImapFlow | null = null;
  const backOff = createBell(timers, isStopped);
  let mailBell = createBell(timers, isStopped);
  /** How often each mail could not be fetched or stored; one that hurts must not stop those behind it for ever. */
  const failuresOf = new Map<number, number>();

  async function run(): Promise<void> {
    let failures = 0;
    while (!isStopped()) {
      const startedAt = context.clock.now();
      try {
        await session();
        failures = 0;
      } catch (error) {
        if (isStopped()) return;
        const named = error instanceof StorageError ? storageFault : nameMailError('imap', error);
        // A line that held for a while is not a server that is down.
        failures = context.clock.now() - startedAt > LAST_WAIT_MS ? 1 : failures + 1;
        context.log.warn('mail-watch-interrupted', { reason: named.name, failures });
        await health.fails('imap', named).catch(() => undefined);
        await backOff.wait(named.name === 'imap-authentication-failed' ? LOGIN_WAIT_MS : waitAfter(failures));
      }
    }
  }

  function waitAfter(failures: number): number {
    const longest = Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
    return longest / 2 + (longest / 2) * context.random.next();
  }

  async function session(): Promise<void> {
    const open = newImapClient(settings.imap, watch.timeouts ?? imapTimeouts);
    client = open;
    const bell = createBell(timers, isStopped);
    mailBell = bell;
    let hasNews = true;
    let lost: Error | null = null;
    const whyLost = (): Error | null => lost;
    const isOver = (): boolean => isStopped() || whyLost() !== null;
    open.on('exists', () => {
      hasNews = true;
      bell.ring();
    });
    open.on('error', (error) => {
      lost = error;
    });
    open.on('close', () => {
      lost ??= Object.assign(new Error('connection closed'), { code: 'NoConnection' });
      bell.ring();
    });
    const takeNews = (): boolean => {
      const had = hasNews;
      hasNews = false;
      return had;
    };
    try {
      await open.connect();
      let state = await holding(open, () => prepare(open));
      while (!isOver()) {
        if (takeNews()) {
          const before = state;
          state = await holding(open, () => catchUp(open, before));
          await health.works('imap');
          continue;
        }
        // IDLE ends by our next command, and also by the question whether the line lives: then it is begun again.
        open.idle().then(bell.ring, bell.ring);
        await bell.wait(LOOK_EVERY_MS);
        hasNews = true;
      }
      if (!isStopped()) throw whyLost() ?? new Error('the line was lost');
    } finally {
      client = null;
      open.close();
    }
  }

  /**
   * Opens the mailbox, to be read only, and holds it while something is done: so imapflow knows that a silence while a
   * large mail is read is ours and not the server's.
   */
  async function holding<T>(open: ImapFlow, work: () => Promise<T>): Promise<T> {
    const lock = await open.getMailboxLock(settings.mailbox, { readOnly: true });
    try {
      return await work();
    } finally {
      lock.release();
    }
  }

  /** Finds out from where to go on. */
  async function prepare(open: ImapFlow): Promise<WatchState> {
    const mailbox = open.mailbox;
    if (mailbox === false) throw mailboxLost();
    const saved = stateSchema.safeParse(await context.loadState());
    const uidValidity = String(mailbox.uidValidity);
    const known = saved.success && saved.data.mailbox === settings.mailbox ? saved.data : null;
    if (known?.uidValidity === uidValidity) return known;
    const now = context.clock.now();
    const fresh = {
      mailbox: settings.mailbox,
      uidValidity,
      lastUid: mailbox.uidNext - 1,
      watchedSince: known?.watchedSince ?? (settings.firstFetch === 'all' ? 0 : now),
    };
    // Taken in before the new state is saved: a crash in between begins here again.
    if (known !== null) {
      context.log.warn('mail-uids-changed', { mailbox: settings.mailbox });
      await takeInUnknown(open, fresh);
    } else if (settings.firstFetch !== 'none') {
      await takeInAll(
        open,
        await listUids(open, settings.firstFetch === 'all' ? { all: true } : { seen: false }),
        null,
      );
    }
    // Stopped half-way: the rest is taken in at the next start, so nothing may say that it was.
    if (!isStopped()) await context.saveState(fresh);
    return fresh;
  }

  async function catchUp(open: ImapFlow, state: WatchState): Promise<WatchState> {
    const mailbox = open.mailbox;
    if (mailbox === false || String(mailbox.uidValidity) !== state.uidValidity) {
      throw mailboxLost();
    }
    // `n:*` always names the last mail (RFC 3501, 6.4.8), so what is old is filtered out.
    const uids = (await listUids(open, { uid: `${state.lastUid + 1}:*` })).filter((uid) => uid > state.lastUid);
    return takeInAll(open, uids, state);
  }

  async function listUids(open: ImapFlow, query: Parameters<ImapFlow['search']>[0]): Promise<number[]> {
    const found = await open.search(query, { uid: true });
    return Array.isArray(found) ? found.toSorted((a, b) => a - b) : [];
  }

  async function takeInAll<S extends WatchState | null>(open: ImapFlow, uids: number[], state: S): Promise<S> {
    let current = state;
    for (const [index, uid] of uids.entries()) {
      if (isStopped()) return current;
      await takeInOne(open, uid);
      if (current === null) continue;
      current = { ...current, lastUid: uid };
      if (index % SAVE_EVERY === SAVE_EVERY - 1 || index === uids.length - 1) await context.saveState(current);
    }
    return current;
  }

  async function takeInOne(open: ImapFlow, uid: number): Promise<void> {
    const failures = failuresOf.get(uid) ?? 0;
    failuresOf.set(uid, failures + 1);
    const isLastTry = failures >= TRIES;
    const found = await fetchMail(open, uid, context.clock.now()).catch((error: unknown) => {
      if (!isLastTry || open.isClosed) throw error;
      return unfetchableMail(settings.mailbox, uid, context.clock.now());
    });
    if (found !== null) {
      const taken = await watch.takeIn(found).catch(async (cause: unknown) => {
        // When the stub can be stored it was this mail's fault; when not, nothing can be and the mail comes again.
        if (isLastTry)
          return watch
            .takeIn({ ...found, stubReason: 'mail-not-storable' })
            .catch(() => Promise.reject(storageError(cause)));
        throw storageError(cause);
      });
      context.log.info('mail-taken-in', { uid, taken, size: found.size });
    }
    failuresOf.delete(uid);
  }

  /** After new UIDs: every mail since the watch began whose Message-ID is not known; without an id it is read again. */
  async function takeInUnknown(open: ImapFlow, fresh: WatchState): Promise<void> {
    const since = fresh.watchedSince - CLOCK_SKEW_MS;
    const uids = await listUids(
      open,
      fresh.watchedSince === 0 ? { all: true } : { since: new Date(since - 86_400_000) },
    );
    for (let at = 0; at < uids.length; at += IDS_AT_ONCE) {
      const range = uids.slice(at, at + IDS_AT_ONCE).join(',');
      const heads = await open.fetchAll(
        range,
        { uid: true, internalDate: true, headers: ['message-id'] },
        { uid: true },
      );
      const recent = heads.filter((head) => arrivalOf(head, context.clock.now()) >= since);
      const ids = recent.map((head) =>
        ownMessageId(head.headers?.toString('latin1').replace(/^message-id:/i, '') ?? ''),
      );
      const known = new Set(
        (await context.findByExternalIds(ids.filter((id) => id !== null))).map((one) => one.externalId),
      );
      const unknown = recent.filter((_head, index) => !known.has(ids[index] ?? ''));
      await takeInAll(
        open,
        unknown.map((head) => head.uid).toSorted((a, b) => a - b),
        null,
      );
    }
  }

  const running = run();
  return {
    async stop() {
      hasEnded = true;
      backOff.ring();
      mailBell.ring();
      // Ends a connection that is being made or waits for an answer; mails that are being stored are waited for.
      client?.close();
      await running;
    },
  };
}

/** The house could not store a mail: not the mail server's fault, and the mail must come again. */
class StorageError extends Error {}

function storageError(cause: unknown): StorageError {
  return new StorageError('a mail could not be stored', { cause });
}

function mailboxLost(): Error {
  return Object.assign(new Error('the mailbox was closed or replaced'), { code: 'NoConnection' });
}

const storageFault = { name: 'mail-not-stored', sentence: 'A mail could not be stored; see the log of the database.' };
