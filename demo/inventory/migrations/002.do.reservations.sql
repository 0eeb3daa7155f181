-- Stock that is set aside for an order. A released reservation stays as a mark, so that a request that comes late
-- cannot reserve for an order that was given up.
create table inventory.reservations (
  order_id uuid primary key,
  created_at timestamptz not null default now(),
  released_at timestamptz
);

create table inventory.reserved_items (
  order_id uuid not null references inventory.reservations,
  sku text not null references inventory.products,
  quantity integer not null check (quantity > 0),
  unit_price_cents integer not null,
  primary key (order_id, sku)
);
