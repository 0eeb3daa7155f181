-- Who placed an order: a random id that the gateway keeps in a cookie. Orders from before, or placed by an instance of the release before
-- while both run, have none: they are found by their id and are in no shopper's list. After 30 days those are purged, and a later
-- migration may make the column `not null`.
alter table orders.orders add column shopper uuid;

create index orders_by_shopper on orders.orders (shopper, created_at desc);
