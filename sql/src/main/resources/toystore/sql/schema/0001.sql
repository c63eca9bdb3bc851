-- The tables of a store. Each statement can run again: not every server keeps DDL in the transaction.
-- orders.key, changes.key: see StoredKey.
-- changes.at: clock_timestamp() after the lock on the product, so that it orders the changes of a product.
create table if not exists products(
  name text collate "C" primary key,
  price numeric not null check (price >= 0),
  quantity bigint not null check (quantity >= 0),
  started bigint not null,
  restocked bigint not null default 0,
  version bigint not null default 1);
create table if not exists orders(
  number bigint primary key,
  key text not null unique,
  name text not null,
  quantity int not null check (quantity > 0),
  price numeric not null,
  at timestamptz not null);
create table if not exists changes(
  key text primary key,
  name text not null,
  price numeric,
  add bigint not null,
  at timestamptz not null);
create table if not exists counter(one int primary key, n bigint not null);
create table if not exists store(one int primary key, id text not null, schema_version int not null);
insert into counter(one, n) values (1, 0) on conflict do nothing;
