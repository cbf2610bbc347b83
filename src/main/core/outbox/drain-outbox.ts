/**
 * Sends the outbox: in the agent's order, one at a time, each with the next `mid`. A stopped item holds up only its own
 * conversation, and so does a reply that is held or whose files are not at the server yet. Knows the server by one function and no socket; decides nothing about what the server answers.
 */
import type { Submit, Verdict } from '../../../shared/sync-protocol.ts';
import { submitReplySchema } from '../../../shared/sync-protocol.ts';
import type { DbFile } from '../db/connection.ts';
import { write } from '../db/write.ts';
import { WAITS_FOR_FILES } from '../files/outgoing-files.ts';
import type { Schedule } from '../schedule.ts';
import { findIdentity, forgetNumbersAfter, putMeta } from './client-identity.ts';
import { touchItem } from './enqueue.ts';
import { nextHoldEnd, WAITS_FOR_HOLD } from './held-replies.ts';
import { listItems, type OutboxItem } from './outbox-state.ts';
import { blockAfter } from './release-blocked.ts';

export type Drain = {
  /** The line stands and this device has caught up: begin. `lastMid` is what the server has a verdict for. */
  begin(lastMid: number): void;
  /** The line is gone: what has no answer yet is sent again under its number. */
  pause(): void;
  /** Something new may wait. */
  wake(): void;
};

export type DrainOptions = {
  outbox: DbFile;
  schedule: Schedule;
  /** This device's time, epoch ms. */
  now(): number;
  /** Sends one command; the answer comes at most once, and never after `pause`. */
  submit(submit: Submit, reply: (answer: unknown) => void): void;
  onVerdict(verdict: Verdict): void;
  /** The server wants another number: say hello again. */
  onGap(): void;
  /** Another machine has used this client id: take a new one. */
  onCloned(): void;
  /** An answer cannot be used; `what` says why. */
  setAside(what: string): void;
  log(line: string): void;
};

/** Waits between tries of a command that the server could not take now, in ms: the last one repeats. */
const RETRY_MS = [300, 1_000, 3_000, 10_000, 30_000] as const;
/** Wait after the outbox could not be written, as on a full disk, in ms. */
const AFTER_FAILURE_MS = 3_000;
/** After so many failures the others go ahead: one command that breaks the server must not stop the desk. */
const TRIES_BEFORE_OTHERS = 3;

/** A drain that has not begun. */
export function makeDrain({
  outbox,
  schedule,
  now,
  submit,
  onVerdict,
  onGap,
  onCloned,
  setAside,
  log,
}: DrainOptions): Drain {
  let isRunning = false;
  let inFlight: string | null = null;
  let cancelRetry = () => {};
  let cancelHold = () => {};
  const failures = new Map<string, number>();
  /** Conversations whose first item fails again and again; the others go ahead of them. */
  const postponed = new Map<string, string>();

  function next(): OutboxItem | undefined {
    const [numbered] = listItems(
      outbox.reader,
      "n = (select n from outbox where mid is not null and state in ('queued', 'sending') order by mid limit 1)",
    );
    if (numbered) return numbered;
    const at = now();
    const waiting = listItems(
      outbox.reader,
      `state = 'queued' and mid is null and n in (select n from outbox where state = 'queued' and mid is null and not (${WAITS_FOR_FILES}) and not (${WAITS_FOR_HOLD}) order by n limit 0 + ?)`,
      at,
      at,
      postponed.size + 1 + 50,
    );
    return waiting.find((item) => !postponed.has(item.conversationId ?? item.commandId));
  }

  function sendNext(): void {
    if (!isRunning || inFlight !== null) return;
    const item = next();
    if (!item) return wakeAfterHold();
    const mid = item.mid ?? giveNumber(item);
    if (item.mid !== null && item.state !== 'sending') setSending(item);
    inFlight = item.commandId;
    submit(
      { mid, command: { id: item.commandId as never, composedAt: item.composedAt, body: item.body } },
      (answer) => {
        if (inFlight !== item.commandId) return;
        inFlight = null;
        receive({ ...item, mid }, answer);
      },
    );
  }

  function wakeAfterHold(): void {
    cancelHold();
    const at = now();
    const end = nextHoldEnd(outbox.reader, at);
    if (end !== undefined) cancelHold = schedule.after(end - at, wake);
  }

  /** The number is on the disk before the command is on its way: a crash in between must not give it twice. */
  function giveNumber(item: OutboxItem): number {
    return write(outbox, (writer, touch) => {
      const mid = findIdentity(writer)?.nextMid ?? 1;
      writer.run("update outbox set mid = ?, was_sent = 1, state = 'sending' where n = ?", mid, item.n);
      putMeta(writer, 'nextMid', String(mid + 1));
      touchItem(touch, item.conversationId, item.customerId);
      return mid;
    });
  }

  function setSending(item: OutboxItem): void {
    write(outbox, (writer, touch) => {
      writer.run("update outbox set state = 'sending' where n = ?", item.n);
      touchItem(touch, item.conversationId, item.customerId);
    });
  }

  function receive(item: OutboxItem & { mid: number }, answer: unknown): void {
    const parsed = submitReplySchema.safeParse(answer);
    if (!parsed.success) {
      setAside('the answer to a command has a shape that this version does not know');
      return retryLater(item);
    }
    if (parsed.data.ok) {
      const { verdict } = parsed.data;
      // The number was used by another machine for another command: numbers of this outbox mean nothing any more.
      if (verdict.commandId !== item.commandId) return onCloned();
      failures.delete(item.commandId);
      postponed.clear();
      keepVerdict(item, verdict);
      onVerdict(verdict);
      return sendNext();
    }
    switch (parsed.data.why) {
      case 'gap':
        return onGap();
      case 'cloned-client':
        return onCloned();
      case 'bad-input':
        log(`the server does not know this form of ${item.body.kind}`);
        giveNumberBack(item, 'refused');
        return sendNext();
      case 'busy':
      case 'failed':
        return retryLater(item);
    }
  }

  function keepVerdict(item: OutboxItem, verdict: Verdict): void {
    write(outbox, (writer, touch) => {
      if (verdict.outcome !== 'applied' && item.body.kind === 'conversation.markRead') {
        writer.run('delete from outbox where n = ?', item.n);
      } else {
        writer.run(
          'update outbox set state = ?, reason = ?, verdict_sv = ?, verdict_scopes = ? where n = ?',
          verdict.outcome,
          verdict.reason,
          verdict.sv,
          JSON.stringify(verdict.scopes),
          item.n,
        );
        if (verdict.outcome !== 'applied' && item.conversationId !== null)
          blockAfter(writer, item.conversationId, item.n);
      }
      touchItem(touch, item.conversationId, item.customerId);
    });
  }

  /** The server used no number for it, so the next command takes it: numbers are dense. */
  function giveNumberBack(item: OutboxItem & { mid: number }, state: 'queued' | 'refused'): void {
    write(outbox, (writer, touch) => {
      writer.run(
        'update outbox set mid = null, was_sent = 0, state = ?, reason = ? where n = ?',
        state,
        state === 'refused' ? 'bad-input' : null,
        item.n,
      );
      if (state === 'refused' && item.conversationId !== null) blockAfter(writer, item.conversationId, item.n);
      putMeta(writer, 'nextMid', String(item.mid));
      touchItem(touch, item.conversationId, item.customerId);
    });
  }

  function retryLater(item: OutboxItem & { mid: number }): void {
    const failed = (failures.get(item.commandId) ?? 0) + 1;
    failures.set(item.commandId, failed);
    const wait = RETRY_MS[Math.min(failed, RETRY_MS.length) - 1] ?? 30_000;
    if (failed >= TRIES_BEFORE_OTHERS) {
      log(`${item.body.kind} was not taken ${failed} times; others go ahead`);
      giveNumberBack(item, 'queued');
      postponed.set(item.conversationId ?? item.commandId, item.commandId);
      sendNext();
    }
    tryAgain(wait);
  }

  function tryAgain(ms: number): void {
    cancelRetry();
    cancelRetry = schedule.after(ms, () => {
      postponed.clear();
      try {
        sendNext();
      } catch (error) {
        tryAgain(AFTER_FAILURE_MS);
        throw error;
      }
    });
  }

  /** Never throws: whoever has just put an order on the disk must not hear that it is not there. */
  function wake(): void {
    try {
      sendNext();
    } catch {
      tryAgain(AFTER_FAILURE_MS);
    }
  }

  /** Only what is shown changes here, so a full disk must not keep the line from beginning anew. */
  function showQueued(): void {
    try {
      returnToQueue(outbox);
    } catch {
      log('what was under way could not be shown as waiting');
    }
  }

  return {
    begin(lastMid) {
      reconcileNumbers(outbox, lastMid);
      isRunning = true;
      inFlight = null;
      sendNext();
    },
    pause() {
      isRunning = false;
      inFlight = null;
      cancelRetry();
      cancelHold();
      showQueued();
    },
    wake,
  };
}

/**
 * Brings the numbers of this outbox and the server's together. Numbers above `lastMid` were never seen by the server; if
 * they do not follow it without a gap (an outbox or a server restored from a copy), they are given again.
 */
function reconcileNumbers(outbox: DbFile, lastMid: number): void {
  const nextMid = findIdentity(outbox.reader)?.nextMid ?? 1;
  const unseen = listItems(outbox.reader, "mid > ? and state in ('queued', 'sending')", lastMid).map(
    ({ mid }) => mid ?? 0,
  );
  unseen.sort((a, b) => a - b);
  const isDense = unseen.every((mid, index) => mid === lastMid + 1 + index) && nextMid === lastMid + 1 + unseen.length;
  if (isDense) return;
  write(outbox, (writer) => forgetNumbersAfter(writer, lastMid));
}

function returnToQueue(outbox: DbFile): void {
  const sending = listItems(outbox.reader, "state = 'sending'");
  if (sending.length === 0) return;
  write(outbox, (writer, touch) => {
    writer.run("update outbox set state = 'queued' where state = 'sending'");
    for (const item of sending) touchItem(touch, item.conversationId, item.customerId);
  });
}
