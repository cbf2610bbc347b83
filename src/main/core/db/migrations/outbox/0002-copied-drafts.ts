/** Each draft has a name and a count of its changes, so that a copy can be told from what it was copied from. */
export const copiedDrafts = {
  name: '0002-copied-drafts',
  sql: /* sql */ `
alter table draft rename to draft_of_before;
create table draft (
  conversation_id text not null,
  what text not null,
  draft_id text not null,
  revision integer not null,
  copied_revision integer,
  text text not null,
  mail text,
  saved_at integer not null,
  customer_name text,
  conversation_number text,
  primary key (conversation_id, what)
) without rowid;
create unique index draft_by_id on draft (draft_id);
insert into draft (conversation_id, what, draft_id, revision, text, mail, saved_at)
  select conversation_id, what,
    lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' ||
      substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
    1, text, mail, saved_at from draft_of_before;
drop table draft_of_before;

create table draft_done (
  draft_id text primary key not null,
  revision integer not null,
  why text not null,
  told_at integer,
  at integer not null
);
create index draft_done_at on draft_done (at);
`,
};
