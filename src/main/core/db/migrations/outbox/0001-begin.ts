/** The first shape of `outbox.db`. Never changed after a release: what comes later is a migration of its own. */
export const begin = {
  name: '0001-begin',
  sql: /* sql */ `
create table draft (
  conversation_id text not null,
  what text not null,
  text text not null,
  mail text,
  saved_at integer not null,
  primary key (conversation_id, what)
) without rowid;

create table draft_version (
  n integer primary key autoincrement,
  conversation_id text not null,
  what text not null,
  text text not null,
  saved_at integer not null
);
create index draft_version_conversation on draft_version (conversation_id, what, saved_at);
create index draft_version_saved on draft_version (saved_at);

create table meta (
  key text primary key not null,
  value text not null
);

create table outbox (
  n integer primary key autoincrement,
  command_id text not null,
  kind text not null,
  body text not null,
  composed_at integer not null,
  conversation_id text,
  customer_id text,
  row_id text,
  mid integer,
  was_sent integer not null default 0,
  state text not null,
  reason text,
  verdict_sv integer,
  verdict_scopes text
);
create unique index outbox_command on outbox (command_id);
create unique index outbox_mid on outbox (mid);
create index outbox_state on outbox (state, n);
create index outbox_conversation on outbox (conversation_id, n);
create index outbox_customer on outbox (customer_id, n);
create index outbox_row on outbox (row_id);

create table wrap_up_draft (
  call_id text primary key not null,
  note text not null,
  wrap_up_code_id text,
  saved_at integer not null
);
`,
};
