/** Copies of this agent's drafts, as the server holds them for all of the agent's devices. */
export const drafts = {
  name: '0005-drafts',
  sql: /* sql */ `
create table draft (
  id text primary key not null,
  sv integer not null,
  agent_id text not null,
  conversation_id text not null,
  what text not null,
  text text not null,
  mail text,
  revision integer not null,
  device_name text not null,
  copied_at integer not null,
  superseded_at integer,
  taken_over_by_name text,
  taken_over_at integer,
  extra text
);
create index draft_conversation on draft (conversation_id);
`,
};
