/** The index begins anew: pairs of characters, what can be filtered by, and smaller document numbers. */
export const pairs = {
  name: '0002-pairs',
  sql: /* sql */ `
drop table find;
drop table document;
delete from meta;
delete from word;

-- What a question can be narrowed by stands here and not in the cache's wide rows: a count reads one for each hit.
create table document (
  rowid integer primary key not null,
  message_n integer not null,
  received_at integer not null,
  channel text not null,
  is_note integer not null,
  agent_n integer not null,
  conversation_n integer not null
);
create unique index document_message on document (message_n);

create table name (
  n integer primary key not null,
  id text not null
);
create unique index name_id on name (id);

-- One token per character of Chinese and Japanese, whole words of Latin letters: see search/tokens.ts. The text is
-- not kept here a second time (content = ''); facet holds what narrows. "ascii" splits at the spaces that we put in.
create virtual table find using fts5(body, facet, content = '', contentless_delete = 1, tokenize = 'ascii');

-- Which documents hold a pair of touching characters, without places. A phrase of characters that stand in most messages
-- is rare all the same: this says so without reading half of the index.
create virtual table find_pair using fts5(body, content = '', contentless_delete = 1, tokenize = 'ascii', detail = none);
`,
};
