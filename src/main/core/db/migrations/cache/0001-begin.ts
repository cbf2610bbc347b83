/** The first shape of `cache.db`. Never changed after a release: what comes later is a migration of its own. */
export const begin = {
  name: '0001-begin',
  sql: /* sql */ `
create table agent (
  id text primary key not null,
  sv integer not null,
  display_name text not null,
  kana text not null,
  role text not null,
  queue_ids text not null,
  state text not null,
  extra text
);

create table attachment (
  id text primary key not null,
  sv integer not null,
  message_id text not null,
  conversation_id text not null,
  name text not null,
  declared_type text not null,
  sniffed_type text not null,
  size integer not null,
  sha256 text not null,
  inline_cid text,
  is_blocked integer not null,
  extra text
);
create index attachment_message on attachment (message_id);
create index attachment_conversation on attachment (conversation_id);

create table call (
  id text primary key not null,
  sv integer not null,
  conversation_id text not null,
  customer_id text not null,
  direction text not null,
  from_masked text,
  from_reason text,
  queue_id text not null,
  agent_id text,
  state text not null,
  offered_at integer not null,
  expires_at integer not null,
  answered_at integer,
  ended_at integer,
  held_ms integer not null,
  held_since integer,
  cause text,
  wrap_up_code_id text,
  wrap_up_note text not null,
  wrap_up_started_at integer,
  wrap_up_ended_at integer,
  extra text
);
create index call_customer on call (customer_id, offered_at, id);
create index call_conversation on call (conversation_id, offered_at, id);
create index call_ringing on call (expires_at) where state = 'offered';
create index call_mine on call (agent_id, offered_at) where answered_at is not null and wrap_up_ended_at is null;

create table call_note (
  id text primary key not null,
  sv integer not null,
  call_id text not null,
  conversation_id text not null,
  text text not null,
  offset_ms integer not null,
  author_name text not null,
  created_at integer not null,
  extra text
);
create index call_note_call on call_note (call_id, created_at);
create index call_note_conversation on call_note (conversation_id);

create table caution (
  id text primary key not null,
  sv integer not null,
  customer_id text not null,
  kind text not null,
  text text not null,
  author_name text not null,
  created_at integer not null,
  extra text
);
create index caution_customer on caution (customer_id, created_at);

create table channel_account (
  id text primary key not null,
  sv integer not null,
  workspace_id text not null,
  channel text not null,
  name text not null,
  address text not null,
  is_demo integer not null,
  state text not null,
  last_success_at integer,
  last_error_at integer,
  last_error text,
  quota_limit integer,
  quota_used integer,
  extra text
);

create table channel_identity (
  id text primary key not null,
  sv integer not null,
  customer_id text not null,
  channel text not null,
  masked_value text not null,
  keyed_hash text not null,
  is_verified integer not null,
  is_blocked integer not null,
  extra text
);
create index channel_identity_customer on channel_identity (customer_id);
create index channel_identity_masked on channel_identity (masked_value);

create table conversation (
  id text primary key not null,
  sv integer not null,
  workspace_id text not null,
  channel_account_id text not null,
  channel text not null,
  customer_id text not null,
  queue_id text not null,
  assignee_id text,
  number text not null,
  subject text,
  visibility text not null,
  status text not null,
  category text,
  tags text not null,
  opened_at integer not null,
  resolved_at integer,
  last_seq integer not null,
  last_in_seq integer not null,
  read_seq integer not null,
  unread_count integer not null,
  last_in_at integer,
  last_out_at integer,
  last_activity_at integer not null,
  preview text not null,
  preview_direction text not null,
  due_at integer,
  reply_window text,
  reply_window_closes_at integer,
  extra text,
  find_text text not null,
  whose integer not null,
  bucket integer generated always as (
    case
      when status in ('resolved', 'noActionNeeded') then 3
      when status in ('pending', 'snoozed') then 2
      when due_at is null then 1
      else 0
    end
  ) virtual,
  order_key integer generated always as (
    case
      when status in ('new', 'inProgress') and due_at is not null then due_at
      else -last_activity_at
    end
  ) virtual,
  on_desk integer generated always as (whose < 2) virtual
);
create index conversation_everyone on conversation (bucket, order_key, id);
create index conversation_whose on conversation (whose, bucket, order_key, id);
create index conversation_desk on conversation (on_desk, bucket, order_key, id);
create index conversation_customer on conversation (customer_id, last_activity_at);
create index conversation_find on conversation (find_text);
create index conversation_unread on conversation (unread_count) where on_desk = 1 and bucket < 3 and unread_count > 0;

create table customer (
  id text primary key not null,
  sv integer not null,
  workspace_id text not null,
  display_name text not null,
  kana text not null,
  kind text not null,
  member_number text,
  rank text,
  since integer,
  preferred_channel text,
  preferred_note text,
  language text not null,
  stage text not null,
  handling_state text not null,
  address_masked text,
  last_activity_at integer,
  extra text,
  find_text text not null
);
create index customer_find on customer (find_text);

create table handover_note (
  id text primary key not null,
  sv integer not null,
  customer_id text not null,
  text text not null,
  author_name text not null,
  created_at integer not null,
  acknowledged_by_name text,
  acknowledged_at integer,
  extra text
);
create index handover_note_customer on handover_note (customer_id, created_at);

create table message (
  n integer primary key autoincrement,
  id text not null,
  sv integer not null,
  conversation_id text not null,
  customer_id text not null,
  channel text not null,
  seq integer not null,
  direction text not null,
  visibility text not null,
  author_kind text not null,
  author_id text,
  author_name text not null,
  text text not null,
  html text,
  detail text not null,
  parent_message_id text,
  sent_at integer not null,
  received_at integer not null,
  delivery_state text,
  delivery_reason text,
  delivery_at integer,
  redacted_at integer,
  extra text
);
create unique index message_id on message (id);
create index message_customer on message (customer_id, received_at, seq, id);
create index message_conversation on message (conversation_id, received_at, seq, id);

create table order_row (
  id text primary key not null,
  sv integer not null,
  customer_id text not null,
  number text not null,
  ordered_at integer not null,
  sales_channel text not null,
  status text not null,
  amount integer not null,
  currency text not null,
  lines text not null,
  extra text
);
create index order_customer on order_row (customer_id, ordered_at);

create table personal_data (
  id text primary key not null,
  sv integer not null,
  customer_id text not null,
  kind text not null,
  value text not null,
  extra text,
  find_value text not null
);
create index personal_data_customer on personal_data (customer_id);
create index personal_data_find on personal_data (find_value);

create table queue (
  id text primary key not null,
  sv integer not null,
  workspace_id text not null,
  name text not null,
  reply_targets text not null,
  extra text
);

create table workspace (
  id text primary key not null,
  sv integer not null,
  name text not null,
  colour text not null,
  time_zone text not null,
  locale text not null,
  is_demo integer not null,
  extra text
);

create table wrap_up_code (
  id text primary key not null,
  sv integer not null,
  workspace_id text not null,
  label_ja text not null,
  label_en text not null,
  position integer not null,
  extra text
);

create table attachment_copy (
  id text primary key not null,
  size integer not null,
  used_at integer not null,
  bytes blob not null
);
create index attachment_copy_used on attachment_copy (used_at);

create table doomed (
  row_id text primary key not null,
  kind text not null
) without rowid;

create table held (
  scope_n integer not null,
  row_id text not null,
  kind text not null,
  primary key (scope_n, row_id)
) without rowid;
create index held_row on held (row_id);

create table inbox_count (
  whose integer not null,
  bucket integer not null,
  conversations integer not null,
  primary key (whose, bucket)
) without rowid;

create table meta (
  key text primary key not null,
  value text not null
);

create table scope (
  n integer primary key autoincrement,
  name text not null,
  state text not null,
  sv integer,
  ceiling integer,
  below integer,
  walked integer not null,
  remaining integer,
  is_resync integer not null
);
create unique index scope_name on scope (name);

create table search_change (
  n integer primary key autoincrement,
  message_n integer not null
);

create table seen (
  scope_n integer not null,
  row_id text not null,
  primary key (scope_n, row_id)
) without rowid;

create trigger inbox_count_insert after insert on conversation begin
  insert into inbox_count (whose, bucket, conversations) values (new.whose, new.bucket, 1)
  on conflict (whose, bucket) do update set conversations = conversations + 1;
end;
create trigger inbox_count_delete after delete on conversation begin
  update inbox_count set conversations = conversations - 1 where whose = old.whose and bucket = old.bucket;
end;
create trigger inbox_count_update after update on conversation
when old.whose <> new.whose or old.bucket <> new.bucket begin
  update inbox_count set conversations = conversations - 1 where whose = old.whose and bucket = old.bucket;
  insert into inbox_count (whose, bucket, conversations) values (new.whose, new.bucket, 1)
  on conflict (whose, bucket) do update set conversations = conversations + 1;
end;

create trigger message_text_changed after update of text on message when old.text <> new.text begin
  insert into search_change (message_n) values (new.n);
end;
create trigger message_removed after delete on message begin
  insert into search_change (message_n) values (old.n);
end;
create trigger attachment_removed after delete on attachment begin
  delete from attachment_copy where id = old.id;
end;
`,
};
