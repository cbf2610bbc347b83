/** The first shape of `search.db`. Never changed after a release: what comes later is a migration of its own. */
export const begin = {
  name: '0001-begin',
  sql: /* sql */ `
create table document (
  rowid integer primary key not null,
  message_n integer not null
);
create unique index document_message on document (message_n);

create table meta (
  key text primary key not null,
  value text not null
);

create table word (
  text text primary key not null
) without rowid;

-- One token per character of Chinese and Japanese, whole words of Latin letters: see search/tokens.ts. The text is
-- not kept here a second time (content = ''); facet holds the channel. "ascii" splits at the spaces that we put in.
create virtual table find using fts5(body, facet, content = '', contentless_delete = 1, tokenize = 'ascii');
`,
};
