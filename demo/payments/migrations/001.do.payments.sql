-- The ledger: one row for each order, whatever was asked for and in which order. A payment that was voided stays as a mark,
-- so that a request that comes late cannot charge it.
create table payments.payments (
  order_id uuid primary key,
  status text not null check (status in ('authorizing', 'authorized', 'declined', 'voided')),
  -- Null where the order was voided before it was charged.
  amount_cents integer check (amount_cents > 0),
  currency text,
  payment_id uuid,
  reason text,
  -- Which request is asking the card network, and since when. A crash leaves it behind; a later request takes it over.
  attempt uuid,
  attempted_at timestamptz,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  check (status <> 'authorized' or payment_id is not null)
);

create index payments_by_time on payments.payments (created_at);
