/**
 * No value of a statement may get through, whatever the database takes for a literal; and the summary names operations and
 * tables, not functions, aliases or clauses that look alike.
 */
import { expect, test } from 'vitest'
import { statementOf } from './statement.ts'

test.each([
  ["SELECT * FROM users WHERE name = 'O''Brien' AND age > 18", 'SELECT * FROM users WHERE name = ? AND age > ?'],
  ["select E'it\\'s -- no comment', x", 'select ?, x'],
  ["select U&'d\\0061t', B'101', x'1F', N'n'", 'select ?, ?, ?, ?'],
  ['select $$a $1 b$$, $tag$ c $$ d $tag$, $1', 'select ?, ?, $1'],
  ['select 1, 1.5, .5, 1e10, 0xFF, 1_000, -7', 'select ?, ?, ?, ?, ?, ?, -?'],
  ['select a1, "col 2", t3.c4 from t5', 'select a1, "col 2", t3.c4 from t5'],
  ["select 1 -- secret 'x'\n, 2 /* a /* nested */ secret */ , 3", 'select ? , ? , ?'],
  ['select * from t where id in (1, 2, 3) and k in ($1, $2)', 'select * from t where id in (?) and k in ($1, $2)'],
  ["select 'not closed", 'select ?'],
  ['select $$not closed', 'select ?'],
  ["select E'not closed\\", 'select ?'],
  ['select 1 /* not closed', 'select ?'],
  ['  SELECT\n\t now()::date  ', 'SELECT now()::date'],
  ['', ''],
])('the template of %s', (text, template) => {
  expect(statementOf(text).template).toBe(template)
})

test.each([
  ["select 'it\\'s', 'a''b', \"sec\\\"ret\", x", 'select ?, ?, ?, x'],
  ["select `col '1`, b'1', x'1F', _utf8mb4'a', N'n' # secret 'x'", "select `col '1`, ?, ?, ?, ?"],
  ["select 1 -- secret 'x'\n, 5--'secret'", 'select ? , ?--?'],
  ["select 1 /* a /* b */, 'secret'", 'select ? , ?'],
  ["insert into t values (1, 'a'), (2, 'b'), (3, 'c')", 'insert into t values (?)'],
  ['select @a, @@b, ?', 'select @a, @@b, ?'],
  ["select 'not closed\\", 'select ?'],
  ['select "not closed', 'select ?'],
])('the template of %s in MySQL', (text, template) => {
  expect(statementOf(text, 'mysql').template).toBe(template)
})

test.each([
  ["select N'it''s', 'a\\', [col '1], \"b\" from #t", 'select ?, ?, [col \'1], "b" from #t'],
  ['select @p1, @@rowcount, 0x1F, $12.50', 'select @p1, @@rowcount, ?, $?'],
  ['select [a]]b], 1 /* x /* y */ secret */', 'select [a]]b], ?'],
  ["select 'not closed", 'select ?'],
])('the template of %s in T-SQL', (text, template) => {
  expect(statementOf(text, 'tsql').template).toBe(template)
})

test.each([
  ['mysql', 'select * from `shop`.`my``stock` s', 'SELECT', 'shop.my`stock', 'SELECT shop.my`stock'],
  ['mysql', 'replace into stock values (1)', 'REPLACE', 'stock', 'REPLACE stock'],
  ['mysql', "select replace(a, 'x', 'y') from stock", 'SELECT', 'stock', 'SELECT stock'],
  ['mysql', 'call restock(1, 2)', 'CALL', undefined, 'CALL restock'],
  ['tsql', 'select top 10 * from [dbo].[stock] with (nolock)', 'SELECT', 'dbo.stock', 'SELECT dbo.stock'],
  ['tsql', 'exec dbo.restock @id = 1', 'EXEC', undefined, 'EXEC dbo.restock'],
] as const)('the summary in %s of %s', (dialect, text, operation, collection, summary) => {
  expect(statementOf(text, dialect)).toMatchObject({ operation, collection, summary })
})

test.each([
  ['SELECT * FROM products WHERE id = $1', 'SELECT', 'products', 'SELECT products'],
  [
    'select p.*, s.count from shop.products p join "Stock" s on s.id = p.id',
    'SELECT',
    undefined,
    'SELECT shop.products Stock',
  ],
  [
    'INSERT INTO orders (id, total) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET total = 1',
    'INSERT',
    'orders',
    'INSERT orders',
  ],
  ['insert into a select * from b', 'INSERT', undefined, 'INSERT a SELECT b'],
  ['UPDATE stock SET count = count - $1 WHERE id = $2 RETURNING count', 'UPDATE', 'stock', 'UPDATE stock'],
  ['delete from only carts using users where 1 = 1', 'DELETE', undefined, 'DELETE carts users'],
  ['select * from a, b as c, d where x in (select y from e)', 'SELECT', undefined, 'SELECT a b d SELECT e'],
  [
    'with x as (select * from a), y as (select 1) update b set c = 1 from x',
    'UPDATE',
    undefined,
    'SELECT a SELECT UPDATE b',
  ],
  [
    'select extract(epoch from created) from orders where a is distinct from b for update',
    'SELECT',
    'orders',
    'SELECT orders',
  ],
  ['select * from generate_series(1, 10)', 'SELECT', undefined, 'SELECT'],
  ['(select 1 from a) union (select 2 from a)', 'SELECT', 'a', 'SELECT a SELECT a'],
  ['BEGIN', 'BEGIN', undefined, 'BEGIN'],
  [
    'create table if not exists users (id int references a on delete cascade)',
    'CREATE TABLE',
    'users',
    'CREATE TABLE users',
  ],
  ['CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)', 'CREATE INDEX', 'i', 'CREATE INDEX i'],
  ['copy users from stdin', 'COPY', 'users', 'COPY users'],
  ['', undefined, undefined, undefined],
  [';;', undefined, undefined, undefined],
])('the summary of %s', (text, operation, collection, summary) => {
  expect(statementOf(text)).toMatchObject({ operation, collection, summary })
})

test('a text of any length gives a template of bounded length', () => {
  const hostile = [
    `select ${'('.repeat(1e6)}`,
    `select '${"'".repeat(1e6)}`,
    `select ${'1,'.repeat(1e6)}`,
    'a '.repeat(1e6),
  ]
  for (const text of hostile) {
    expect(statementOf(text).template.length).toBeLessThanOrEqual(2048)
    expect(statementOf(text).summary?.length ?? 0).toBeLessThanOrEqual(255)
  }
})

test('the same text is read once, and old ones are forgotten', () => {
  const first = statementOf('select 1 from kept')
  expect(statementOf('select 1 from kept')).toBe(first)
  for (let index = 0; index < 1000; index += 1) statementOf(`select ${index} from other`)
  expect(statementOf('select 1 from kept')).not.toBe(first)
})
