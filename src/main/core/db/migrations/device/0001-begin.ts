/** The first shape of `device.db`. Never changed after a release: what comes later is a migration of its own. */
export const begin = {
  name: '0001-begin',
  sql: /* sql */ `
create table client (
  login text primary key not null,
  agent_id text,
  client_id text not null
);

create table setting (
  key text primary key not null,
  value text not null
);
`,
};
