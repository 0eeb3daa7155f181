/**
 * The whole shop with its backends, for tests of what arrives where: the one that `pnpm demo status` reports, in whatever
 * mode it runs. Where none runs, the first file that asks starts one on free ports with a home of its own, the next ones
 * find it, and it is stopped after the last.
 *
 *     let shop: Shop
 *     beforeAll(async () => {
 *       shop = await theShop()
 *     })
 *     test('...', () => queryPrometheus(shop.url('prometheus'), 'up'))
 *
 * There is traffic on it all the time; `load()` puts more on it.
 */

import { join } from 'node:path'
import { execa } from 'execa'
import { inject } from 'vitest'
import { z } from 'zod'

const root = join(import.meta.dirname, '../..')

const statusSchema = z.object({
  mode: z.string(),
  services: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['service', 'backend']),
      url: z.string().nullable(),
      metrics: z.string().nullable(),
      healthy: z.boolean(),
    }),
  ),
})

type Status = z.infer<typeof statusSchema>
export type Part = Status['services'][number]
export type Environment = Readonly<Record<string, string>>

export interface Shop {
  readonly mode: string
  /** The services of the shop itself, such as orders. */
  readonly services: readonly Part[]
  /** Address of a service or a backend: of `jaeger` the one that is queried, not the one that takes OTLP. */
  url(name: string): string
  /** As `pnpm demo fault NAME on|off`. */
  fault(name: string, state: 'on' | 'off'): Promise<void>
  /** `pnpm bench k6 smoke`, twenty seconds of load; resolves with its exit code. */
  load(): Promise<number | undefined>
}

/** Starts the shop where none runs. Throws when one runs that is not healthy. */
export async function theShop(): Promise<Shop> {
  const { env, isOurs } = inject('shop')
  if (isOurs) await demo(env, 'up', '--mode', 'host')
  const { mode, services } = await readStatus(env)
  const ill = services.filter(({ healthy }) => !healthy).map(({ name }) => name)
  if (ill.length > 0) throw new Error(`The shop runs, but without ${ill.join(', ')}. Run \`pnpm demo up\` first.`)
  return {
    mode,
    services: services.filter(({ kind }) => kind === 'service'),
    url: (name) => addressOf(services, name),
    fault: async (name, state) => {
      await demo(env, 'fault', name, state)
    },
    load: async () => {
      const options = { cwd: root, env, all: true, reject: false, stdin: 'ignore' } as const
      const { exitCode, all } = await execa(process.execPath, ['benchmarks/bench.ts', 'k6', 'smoke'], options)
      if (exitCode !== 0) console.error(all)
      return exitCode
    },
  }
}

function addressOf(services: readonly Part[], name: string): string {
  const { url } = services.find((service) => service.name === name) ?? {}
  if (url) return url
  throw new Error(`The shop runs without ${name}. Run \`pnpm tools\`, then \`pnpm demo up\`.`)
}

/** What `pnpm demo status --json` says, whether anything runs or not. */
export async function readStatus(env: Environment): Promise<Status> {
  const { stdout, stderr } = await runDemo(env, ['status', '--json'])
  if (stdout === '') throw new Error(`\`pnpm demo status --json\` said nothing: ${stderr}`)
  return statusSchema.parse(JSON.parse(stdout))
}

/** Runs a command of `pnpm demo` and returns what it prints; rejects with its words when it fails. */
export async function demo(env: Environment, ...argv: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runDemo(env, argv)
  if (exitCode !== 0) throw new Error(`pnpm demo ${argv.join(' ')} exited with ${exitCode}:\n${stdout}\n${stderr}`)
  return stdout
}

function runDemo(env: Environment, argv: readonly string[]) {
  const program = join(root, 'demo/cli/src/main.ts')
  return execa(process.execPath, [program, ...argv], { env: { ...env, NO_COLOR: '1' }, stdin: 'ignore', reject: false })
}
