/** Makes answers stale that only time changes: a ring that ends, a conversation that becomes overdue, a new day. */
import { nextRingEnd } from './calls/list-ringing.ts';
import type { Desk } from './desk.ts';
import { nextInboxChange } from './inbox/next-inbox-change.ts';
import type { Schedule } from './schedule.ts';
import type { StaleHub } from './stale-hub.ts';

/** Longest sleep, in ms: the server's clock may be set meanwhile. */
const LONGEST_MS = 60_000;
/** Shortest pause between two looks at the inbox, in ms: 50,000 due times may lie close together. */
const INBOX_PAUSE_MS = 1_000;
/** Between a change and working out when the next one comes, in ms. */
const SETTLE_MS = 50;

/** Watches one desk until the function it gives back is called. */
export function watchTime(desk: Desk, hub: StaleHub, schedule: Schedule): () => void {
  let cancel = () => {};
  let isPlanned = false;

  function plan(): void {
    isPlanned = false;
    cancel();
    const now = desk.serverNow();
    const ring = nextRingEnd(desk) ?? Infinity;
    const inbox = Math.max(nextInboxChange(desk), now + INBOX_PAUSE_MS);
    const next = Math.min(ring, inbox, now + LONGEST_MS);
    cancel = schedule.after(Math.max(0, Math.ceil(next - now)), () => {
      // Announcing plans the next look.
      if (ring <= next) hub.announce(['calls']);
      if (inbox <= next) hub.announce(['inbox']);
      if (ring > next && inbox > next) plan();
    });
  }

  function planSoon(): void {
    if (isPlanned) return;
    isPlanned = true;
    cancel();
    cancel = schedule.after(SETTLE_MS, plan);
  }

  const stopListening = hub.listen((topics) => {
    if (topics.includes('calls') || topics.includes('inbox')) planSoon();
  });
  planSoon();
  return () => {
    stopListening();
    cancel();
  };
}
