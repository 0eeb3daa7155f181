-- What the shop sells and how much of it is there. The check on stock is the last line of defence: whatever a program
-- gets wrong, nothing is sold that is not there.
create table inventory.products (
  sku text primary key,
  name text not null,
  description text not null,
  image text not null,
  price_cents integer not null check (price_cents > 0),
  currency text not null default 'EUR',
  stock integer not null check (stock >= 0),
  capacity integer not null check (capacity > 0),
  -- At this stock or less a delivery is ordered; it fills the shelf up to its capacity.
  reorder_point integer not null,
  delivery_due_at timestamptz,
  position integer not null,
  check (reorder_point < capacity)
);
