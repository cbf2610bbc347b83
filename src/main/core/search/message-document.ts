/** How a message stands in the index: its number and the words by which a question is narrowed. Pure. */

/**
 * Document numbers of one second. Few, because FTS5 writes the distance between two numbers with every token: with a
 * thousand for each millisecond the index is 1.7 times as large. What does not fit stands a little later.
 */
const PER_SECOND = 4;

/** The first number that a message of this time may have. Grows with the time. */
export function firstDocumentAt(receivedAt: number): number {
  return Math.floor(receivedAt / 1_000) * PER_SECOND;
}

/** A message that stands at or below this number is not younger than the time given back (epoch ms, exclusive). */
export function timeAfter(rowid: number): number {
  return (Math.floor(rowid / PER_SECOND) + 1) * 1_000;
}

/** The words of the column `facet`. */
export function facetsOf({
  channel,
  isNote,
  agentN,
}: {
  channel: string | null;
  isNote: boolean | null;
  agentN: number | null;
}): string[] {
  return [
    ...(channel === null ? [] : [`channel${channel.toLowerCase()}`]),
    ...(isNote === null ? [] : [isNote ? 'note' : 'message']),
    ...(agentN === null || agentN === 0 ? [] : [`by${agentN}`]),
  ];
}
