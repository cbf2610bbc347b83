/** What customers agreed to, and who wrote a note anew. */
export const consentsAndEditedNotes = {
  name: '0003-consents-and-edited-notes',
  sql: /* sql */ `
create table consent (
  id text primary key not null,
  sv integer not null,
  customer_id text not null,
  purpose text not null,
  state text not null,
  source text not null,
  since integer not null,
  extra text
);
create index consent_customer on consent (customer_id);

alter table message add column edited_at integer;
alter table message add column edited_by_name text;
`,
};
