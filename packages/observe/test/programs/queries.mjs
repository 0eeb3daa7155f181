/**
 * A server whose one request makes one query with a value, through the library that the first argument names, on the PostgreSQL of
 * `POSTGRES`; a program that knows nothing of the observation.
 */
import { createServer, get } from 'node:http'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const connectionString = process.env.POSTGRES

const libraries = {
  async pg() {
    const { default: pg } = await import('pg')
    const pool = new pg.Pool({ connectionString })
    return { query: () => pool.query('select $1::int as n', [7]), end: () => pool.end() }
  },
  async drizzle() {
    const { drizzle } = await import('drizzle-orm/node-postgres')
    const { sql } = await import('drizzle-orm')
    const database = drizzle(connectionString)
    return { query: () => database.execute(sql`select ${7}::int as n`), end: () => database.$client.end() }
  },
  knex() {
    const database = require('knex')({ client: 'pg', connection: connectionString })
    return { query: () => database.raw('select ?::int as n', [7]), end: () => database.destroy() }
  },
  sequelize() {
    const { Sequelize } = require('sequelize')
    const database = new Sequelize(connectionString, { logging: false })
    return {
      query: () => database.query('select $1::int as n', { bind: [7] }),
      end: () => database.close(),
      // It asks for the version first.
      ready: () => database.authenticate(),
    }
  },
  async typeorm() {
    const { DataSource } = require('typeorm')
    const source = await new DataSource({ type: 'postgres', url: connectionString }).initialize()
    return { query: () => source.query('select $1::int as n', [7]), end: () => source.destroy() }
  },
}

const { query, end, ready } = await libraries[process.argv[2]]()
await ready?.()
const server = createServer(async (_request, response) => {
  await query()
  response.end()
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
await new Promise((resolve) =>
  get(`http://127.0.0.1:${server.address().port}/`, { agent: false }, (answer) => answer.resume().on('end', resolve)),
)
await end()
server.close()
