/** Templates, approved answers and articles. */
export const knowledge = {
  name: '0009-knowledge',
  sql: /* sql */ `
create table knowledge (
  id text primary key not null,
  sv integer not null,
  workspace_id text not null,
  kind text not null,
  title text not null,
  body text not null,
  tags text not null,
  channels text not null,
  state text not null,
  expires_at integer,
  changed_at integer not null,
  changed_by_name text not null,
  extra text,
  find_text text not null
);
`,
};
