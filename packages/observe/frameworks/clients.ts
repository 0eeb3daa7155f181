/**
 * The clients whose first version is tested; the table of clients in the README names the same versions.
 */

/** The file of the tests, and the first version of each package in the form of a pnpm catalog. */
export const clients: readonly { readonly test: string; readonly first: Readonly<Record<string, string>> }[] = [
  { test: 'test/mssql.test.ts', first: { mssql: '12.4.0' } },
  { test: 'test/pg.test.ts', first: { pg: '8.0.3' } },
  { test: 'test/stack/ioredis.test.ts', first: { ioredis: '5.11.0' } },
  { test: 'test/stack/mongoose.test.ts', first: { mongoose: '9.7.0' } },
  { test: 'test/stack/mysql2.test.ts', first: { mysql2: '3.20.0' } },
  { test: 'test/stack/redis.test.ts', first: { '@redis/client': '5.12.0' } },
  { test: 'src/clients/clients.test.ts', first: { undici: '5.28.0' } },
]
