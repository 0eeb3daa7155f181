-- The orders. An order begins as pending and ends once, in one of the other states. Until compensated_at is set, an order
-- that ended without being confirmed may still hold stock or a payment.
create table orders.orders (
  id uuid primary key,
  idempotency_key text not null,
  fingerprint text not null,
  status text not null default 'pending'
    check (status in ('pending', 'confirmed', 'declined', 'out_of_stock', 'rejected', 'failed')),
  customer_name text not null,
  customer_email text not null,
  items jsonb not null,
  total_cents integer,
  currency text not null default 'EUR',
  trace_id text,
  -- What the customer was told when the order did not come about.
  problem jsonb,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  compensated_at timestamptz
);

-- A failed order gives its key back, so that the same request may be tried again.
create unique index orders_by_key on orders.orders (idempotency_key) where status <> 'failed';

create index orders_by_time on orders.orders (created_at desc);

create index orders_to_recover on orders.orders (created_at)
  where status = 'pending' or (status <> 'confirmed' and compensated_at is null);
