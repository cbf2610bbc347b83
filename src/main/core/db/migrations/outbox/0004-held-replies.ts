/** A reply may be held for some seconds in which its author can take it back. */
export const heldReplies = {
  name: '0004-held-replies',
  sql: /* sql */ `
alter table outbox add column hold_until integer;
`,
};
