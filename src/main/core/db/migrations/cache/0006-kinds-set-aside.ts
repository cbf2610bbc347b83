/** Rows of kinds that this version of the console does not know yet, as the server sent them. */
export const kindsSetAside = {
  name: '0006-kinds-set-aside',
  sql: /* sql */ `
create table aside_row (
  scope_n integer not null,
  kind text not null,
  id text not null,
  sv integer not null,
  conversation_id text,
  columns text not null,
  row text not null,
  primary key (scope_n, kind, id)
);
create index aside_row_conversation on aside_row (conversation_id);
create trigger aside_row_conversation_removed after delete on conversation begin
  delete from aside_row where conversation_id = old.id;
end;
`,
};
