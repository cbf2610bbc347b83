/** What this device does not hold of its conversations, and how far a scope's claims reach. */
export const retention = {
  name: '0004-retention',
  sql: /* sql */ `
alter table scope add column since integer;
alter table scope add column claim text not null default 'settled';
update scope set claim = 'new' where state <> 'complete' or remaining > 0 or is_resync = 1;

create table absence (
  conversation_id text primary key not null,
  customer_id text not null,
  upto integer not null,
  shown_at integer not null,
  is_wanted integer not null
) without rowid;
create index absence_customer on absence (customer_id, shown_at, conversation_id);
create index absence_upto on absence (upto);
create index absence_wanted on absence (upto) where is_wanted = 1;

create table brought_back (
  conversation_id text primary key not null,
  used_at integer not null
) without rowid;
create index brought_back_used on brought_back (used_at);

create trigger conversation_removed after delete on conversation begin
  delete from absence where conversation_id = old.id;
  delete from brought_back where conversation_id = old.id;
end;
`,
};
