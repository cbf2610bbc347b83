/** How much of a file that is on its way has arrived at the server, for the figure on screen. */
export const receivedBytes = {
  name: '0005-received-bytes',
  sql: /* sql */ `
alter table outgoing_file add column received integer not null default 0;
`,
};
