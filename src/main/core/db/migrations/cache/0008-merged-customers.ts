/** Customers that are shown under another, and those who may be the same person. */
export const mergedCustomers = {
  name: '0008-merged-customers',
  sql: /* sql */ `
alter table customer add column merged_into_id text;
create index customer_merged on customer (merged_into_id, id) where merged_into_id is not null;

create table duplicate (
  id text primary key not null,
  sv integer not null,
  customer_id text not null,
  other_id text not null,
  reason text not null,
  state text not null,
  decided_by_name text,
  decided_at integer,
  extra text
);
create index duplicate_customer on duplicate (customer_id);
create index duplicate_other on duplicate (other_id);
`,
};
