-- When an order that was left behind is looked at next. Each attempt moves it, so that orders that fail again and again
-- cannot keep the others waiting, and two instances do not work on the same order.
alter table orders.orders add column recover_after timestamptz not null default '-infinity';
