-- Numbers that people read out on the telephone: the day and how many orders it has. One row counts a day, so a transaction that
-- takes a number keeps the others waiting until its commit.
create table orders.numbers (
  day date primary key,
  last integer not null
);

alter table orders.orders add column number text;
