/**
 * What the handlers that work ask: PostgreSQL, and a service that answers. Both are on the core of the generator, and are started
 * when the first app needs them.
 */
import { type Postgres, startTestPostgres } from '@lab/test-kit/postgres'
import type { App } from '../apps.ts'
import { Child } from './child.ts'

interface Dependencies {
  postgres: Postgres
  stub: Child
  /** How the app finds them. */
  env: Record<string, string>
}

let started: Promise<Dependencies> | undefined

export async function dependenciesOf({ works }: App, core: number): Promise<Record<string, string>> {
  if (!works) return {}
  started ??= start(core)
  return (await started).env
}

export async function stopDependencies(): Promise<void> {
  const running = await started
  await Promise.all([running?.stub.end(1000), running?.postgres.stop()])
}

async function start(core: number): Promise<Dependencies> {
  // PostgreSQL gets the core of this process, which started it.
  const postgres = await startTestPostgres()
  const stub = new Child({ args: [`${import.meta.dirname}/../server/stub.ts`], core })
  const { port } = await stub.request<{ port: number }>()
  return { postgres, stub, env: { BENCH_POSTGRES: postgres.url, BENCH_STUB: `http://127.0.0.1:${port}` } }
}
