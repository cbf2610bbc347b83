/** History that the core in the page lacks: two old conversations of a thread, and what asking for them brings. */
import type { TimelineEntry } from '../../src/shared/console-shapes.ts';
import { Refused, type Stage } from './fake-stage.ts';
import { conversationOf, entriesOf, must } from './sample-rows.ts';

const DAY = 86_400_000;
/** Messages of each missing conversation. */
const MESSAGES = 30;

export function makeHistory({ centre, stale, isOffline }: Stage) {
  /** What comes for each missing conversation, and the thread that it is of. */
  const missing = new Map<string, { threadIndex: number; entries: TimelineEntry[] }>();
  let isFailing = false;

  return {
    /** The server cannot answer, until told otherwise. */
    historyFails(fails: boolean): void {
      isFailing = fails;
    },
    /** Takes the history of a thread off this device. */
    losesHistory(threadIndex: number): void {
      const thread = must(centre.threads[threadIndex]);
      const lost = [
        { channel: 'mail', subject: '初期不良の交換', daysAgo: 1100 },
        { channel: 'line', subject: '配送日の変更', daysAgo: 420 },
      ] as const;
      const absences = lost.map(({ channel, subject, daysAgo }): TimelineEntry => {
        const at = centre.now - daysAgo * DAY;
        const conversation = conversationOf(thread.customer, channel, subject, centre.now, {
          openedAt: at - 3 * DAY,
          lastActivityAt: at,
          status: 'resolved',
        });
        missing.set(conversation.id, {
          threadIndex,
          entries: entriesOf(
            conversation,
            thread.customer,
            Array.from({ length: MESSAGES }, (_, index) => ({
              direction: index % 2 === 0 ? ('in' as const) : ('out' as const),
              text: `${subject} ${index + 1}通目`,
              receivedAt: at - (MESSAGES - index) * 60_000,
            })),
          ),
        });
        return {
          kind: 'absent',
          at,
          id: conversation.id,
          conversationId: conversation.id,
          channel,
          subject,
          openedAt: conversation.openedAt,
          lastActivityAt: at,
          upto: at,
        };
      });
      thread.entries = [...absences, ...thread.entries];
      stale(`customer:${thread.customer.id}`);
    },
    fetchHistory(conversationId: string): void {
      if (isOffline()) throw new Refused({ why: 'offline', detail: '' });
      if (isFailing) throw new Refused({ why: 'failed', detail: '' });
      const found = must(missing.get(conversationId));
      const thread = must(centre.threads[found.threadIndex]);
      thread.entries = thread.entries.flatMap((entry) => (entry.id === conversationId ? found.entries : [entry]));
      stale(`customer:${thread.customer.id}`);
    },
  };
}
