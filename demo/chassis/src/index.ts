/**
 * The chassis of the shop's services: what each of them does the same way, whatever its framework. What makes them
 * observable is not here but in `@lab/observe`.
 */

export { type Client, Database, openPool } from './database.ts'
export { databaseUrl, listening, readEnvironment, serviceUrl } from './environment.ts'
export { every } from './every.ts'
export { Faults, faultSwitch } from './faults.ts'
export { type Migrations, migrate } from './migrate.ts'
export { Problem, problemOf } from './problem.ts'
export { runProgram } from './program.ts'
export { migrateQueue, type Receipt, receipt, receiptQueue } from './queue.ts'
export { type ServeOptions, serve } from './serve.ts'
export { traceIdOf } from './trace-id.ts'
