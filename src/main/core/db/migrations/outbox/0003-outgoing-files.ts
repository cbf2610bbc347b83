/** Files that an agent sends: with a draft, or with a reply that waits. */
export const outgoingFiles = {
  name: '0003-outgoing-files',
  sql: /* sql */ `
create table outgoing_file (
  n integer primary key autoincrement,
  id text not null,
  conversation_id text not null,
  message_id text,
  name text not null,
  type text not null,
  size integer not null,
  sha256 text not null,
  is_up integer not null default 0
);
create unique index outgoing_file_id on outgoing_file (id);
create index outgoing_file_conversation on outgoing_file (conversation_id, n);
create index outgoing_file_message on outgoing_file (message_id);

create table outgoing_part (
  n integer primary key autoincrement,
  file_id text not null,
  at integer not null,
  bytes blob not null
);
create unique index outgoing_part_file on outgoing_part (file_id, at);
`,
};
