/**
 * Every migration of the shop, and each kind of statement that a migration must not have.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contractsIn } from './migrations.ts'

const demo = join(import.meta.dirname, '../../../demo')
const migrations = readdirSync(demo, { recursive: true, encoding: 'utf8' }).filter(
  (path) => /^[a-z]+\/migrations\/.+\.sql$/.test(path) && !path.includes('node_modules'),
)

test.each(migrations)('%s: the release before runs on the new schema', (path) => {
  expect(contractsIn(readFileSync(join(demo, path), 'utf8'))).toEqual([])
})

test.each([
  'drop table orders',
  'alter table orders drop column paid',
  'alter table orders rename to purchases',
  'alter table orders rename column paid to settled',
  'alter table orders alter column total type bigint',
  'alter table orders alter column total set not null',
  'alter table orders add column paid boolean not null',
  'alter table orders add constraint positive check (total > 0)',
  'truncate orders',
])('%s is refused, unless on purpose', (statement) => {
  expect(contractsIn(`${statement};`)).toHaveLength(1)
  expect(contractsIn(`-- contract: since r42\n${statement};`)).toEqual([])
})

test.each([
  'create table receipts (id bigint primary key, sent timestamptz not null)',
  'alter table orders add column paid boolean not null default false, add column note text',
  'create index concurrently on orders (paid)',
  '-- drop table orders',
  'alter table orders add constraint positive check (total > 0) not valid',
])('%s expands', (statement) => {
  expect(contractsIn(`${statement};`)).toEqual([])
})
