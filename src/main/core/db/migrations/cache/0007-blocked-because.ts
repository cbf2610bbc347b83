/** Why a file is held back. */
export const blockedBecause = {
  name: '0007-blocked-because',
  sql: /* sql */ `
alter table attachment add column blocked_because text;
`,
};
