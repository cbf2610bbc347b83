/** Folded texts of what can be found beside messages. Rows that are there already get theirs when they are read once more. */
export const findTexts = {
  name: '0002-find-texts',
  sql: /* sql */ `
alter table call add column find_text text not null default '';
create index call_find on call (find_text, id);
alter table call_note add column find_text text not null default '';
create index call_note_find on call_note (find_text, call_id);
alter table caution add column find_text text not null default '';
create index caution_find on caution (find_text, customer_id);
alter table handover_note add column find_text text not null default '';
create index handover_note_find on handover_note (find_text, customer_id);
alter table channel_identity add column find_text text not null default '';
create index channel_identity_find on channel_identity (find_text, customer_id);
alter table order_row add column find_text text not null default '';
create index order_find on order_row (find_text, id);

drop index customer_find;
create index customer_find on customer (find_text, id);
drop index conversation_find;
create index conversation_find on conversation (find_text, id);
drop index personal_data_find;
create index personal_data_find on personal_data (find_value, customer_id);
`,
};
