create table if not exists products(
  name text primary key,
  price numeric not null check (price >= 0),
  quantity integer not null check (quantity >= 0)
) with (fillfactor = 50);

create table if not exists orders(
  number bigint generated always as identity primary key,
  key text not null unique,
  name text not null,
  quantity integer not null check (quantity > 0),
  price numeric not null,
  placed_at timestamptz(3) not null default current_timestamp
);
