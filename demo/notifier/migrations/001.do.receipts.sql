-- One receipt per order, whatever the queue does: a job may be delivered twice, a receipt is sent once.
create table notifier.receipts (
  order_id uuid primary key,
  recipient text not null,
  total_cents integer not null,
  currency text not null,
  trace_id text,
  sent_at timestamptz not null default now()
);
