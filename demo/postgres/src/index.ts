/**
 * PostgreSQL from npm: a real server, started on a data directory and a port, without Docker and without installing it.
 *
 *     const postgres = await startPostgres({ dataDir: '.demo/postgres', port: 5432 })
 *     // postgres.url is postgres://shop:shop@127.0.0.1:5432/shop
 *     await postgres.stop()
 */

export { findPostmaster, type Postmaster, readPostmaster } from './postmaster.ts'
export { type Postgres, type PostgresOptions, startPostgres, stopPostgres } from './server.ts'
