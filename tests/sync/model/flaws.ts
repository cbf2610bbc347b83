/**
 * Deliberate mistakes that the model can be told to make, one at a time. A checker that has never failed proves
 * nothing: `model.test.ts` demands that each of these is caught by the very runs that the right model passes.
 */
export const flaws = {
  cursorBeforeRows: 'the client stores the cursor in an earlier transaction than the rows',
  gapIgnored: 'the client applies a frame that begins after its cursor',
  oldFrameApplied: 'the client applies a frame that ends at or before its cursor',
  goneIgnored: 'the client ignores gone entries',
  olderRowWins: 'the client overwrites a newer row by an older one (no `excluded.sv > sv`)',
  childrenStay: 'the client leaves the messages when their conversation goes',
  childHoldsNothing: 'a message that comes before its conversation does not hold it in that scope',
  cursorFromEndOfWalk: 'after a walk the client counts as level at the time of the last page, not of the first',
  oldAnswerTaken:
    'the client takes the answer to a question that it asked before the scope was dropped and added again',
  epochIgnored: 'the client keeps its cursors after the server was restored from an older copy',
  acceptedKeptOverEpoch: 'the outbox does not send again what the lost part of history had applied',
  droppedScopeKept: 'the client keeps the rows of a scope that it lost',
  finishedOnVerdict: 'an outbox row is removed when the verdict comes, before its effect does',
  finishedOnPartialPage: 'an outbox row is removed although more pages are to come',
  midOnCompose: 'a command gets its mid when composed, so that a cancelled one leaves a hole',
  manyInFlight: 'a second command of a conversation is sent before the verdict of the first',
  runWordOnDisk: 'the word that tells two runs of one client id apart is copied with the disk',
  appliedTwice: 'the server applies a mid again when it is sent again',
  midNotComparedById: 'the server answers a used mid with its verdict without looking whose command it was',
  refusalKeepsMid: 'a refusal does not use up its mid',
  verdictAfterEffect: 'the server commits the effect before, not with, the verdict',
  reviewSkipped: 'the server does not look whether somebody else answered meanwhile',
  goneNotWritten: 'the server writes no gone entry in the scope that a conversation leaves',
  childrenNotFed: 'the server does not feed the messages to the scope that a conversation enters',
  oneSvPerCommit: 'all rows of a transaction share one sv, so that a page may end between them',
  levelForgetsHorizon: 'the level says where a scope stands without counting the gone entries that were forgotten',
  horizonIgnored: 'the server answers a pull from below the horizon as if nothing had been forgotten',
  rightsOnlyAtHello: 'the server checks rights when a client connects and not when it reads',
  leakInFrame: 'the server sends a frame to every connection, whatever its rights',
} as const;

export type Flaw = keyof typeof flaws;
export const allFlaws = Object.keys(flaws) as Flaw[];
