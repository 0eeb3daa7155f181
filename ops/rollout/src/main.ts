/**
 * `pnpm rollout`: deploys a release to a host, and goes back. The same command on a laptop, in CI and from wherever a person is.
 */

import { resolve } from 'node:path'
import { Command } from 'commander'
import { buildImages } from './build.ts'
import { readParts } from './compose-file.ts'
import { restore } from './database.ts'
import { connect, type Engine } from './engine.ts'
import { Failure } from './failure.ts'
import { type Host, readHost } from './host.ts'
import { unlock, withLock } from './lock.ts'
import { requireRelease } from './names.ts'
import { preparePlatform } from './platform.ts'
import { type Connection, Rollout } from './rollout.ts'
import { scanImages } from './scan.ts'
import { type Reading, showHistory, showStatus } from './show.ts'
import { State } from './state.ts'

interface Options {
  readonly host: string
  readonly json?: true
}

const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort())

const program = new Command('pnpm rollout')
  .description('Deploy the shop to a Docker engine, without an outage and with a way back.')
  .requiredOption('--host <file>', 'what describes the host; examples are in ops/rollout/hosts')
  .option('--release <tag>', 'tag of the images', 'dev')
  .action(({ release, host }: Options & { release: string }) =>
    changing(host, `roll-out of ${requireRelease(release)}`, (connection) => new Rollout(connection).deploy(release)),
  )

program
  .command('back')
  .description('go back to the release before, or to a named one')
  .argument('[release]')
  .action((release: string | undefined, _, command: Command) =>
    changing(hostOf(command), `way back to ${release ?? 'the release before'}`, (connection) =>
      new Rollout(connection).back(release),
    ),
  )

program
  .command('status')
  .description('which release serves, what else is there, and whether the smoke test passes; exits 1 unless it does')
  .option('--json')
  .action((_, command: Command) =>
    reading(hostOf(command), (connection) => showStatus(connection, command.opts<Options>())),
  )

program
  .command('history')
  .description('all deployments, and how often, how fast and how well')
  .option('--json')
  .action((_, command: Command) =>
    reading(hostOf(command), (connection) => showHistory(connection, command.opts<Options>())),
  )

program
  .command('restore')
  .description('put back the data of a backup; the shop answers 503 meanwhile')
  .argument('<backup>', 'as `history` names it')
  .action((backup: string, _, command: Command) =>
    changing(hostOf(command), `restore of ${backup}`, ({ engine, host, state }) =>
      restore(engine, host, state, backup),
    ),
  )

program
  .command('platform')
  .description(
    'apply changes to the proxy, the database and the backends; what changed is made again, with an outage of seconds',
  )
  .action((_, command: Command) => changing(hostOf(command), 'change of the platform', async () => undefined, true))

program
  .command('build')
  .description('build the images of a release from this checkout')
  .option('--push', 'to the registry, with SBOM and provenance', false)
  .option('--checksums <file>', 'write the digests of what was pushed')
  .action(async ({ push, checksums }: { push: boolean; checksums?: string }, command: Command) => {
    const { host, release } = await withHost(command)
    await buildImages(host, await readParts(host), { release, push, checksums, report: printLine })
  })

program
  .command('scan')
  .description('look for known vulnerabilities in the images of a release')
  .action(async (_, command: Command) => {
    const { host, release } = await withHost(command)
    await scanImages(host, await readParts(host), release)
  })

program
  .command('unlock')
  .description('remove the lock of a run that is dead')
  .action((_, command: Command) =>
    connected(hostOf(command), async (engine, host) => {
      const holder = await unlock(engine, host)
      printLine(holder ? `removed the lock of: ${holder}` : 'there is no lock')
    }),
  )

await program.parseAsync().catch((error) => {
  if (!(error instanceof Failure)) throw error
  console.error(error.message)
  process.exitCode = 1
})

async function connected(file: string, use: (engine: Engine, host: Host) => Promise<void>): Promise<void> {
  const host = await readHost(pathOf(file))
  const engine = await connect(host)
  try {
    await use(engine, host)
  } finally {
    await engine.close()
  }
}

async function changing(
  file: string,
  purpose: string,
  use: (connection: Connection) => Promise<void>,
  recreate = false,
): Promise<void> {
  await connected(file, async (engine, host) => {
    const parts = await readParts(host)
    await requireProxyImage(engine, host)
    await withLock(engine, host, purpose, async () => {
      const state = await preparePlatform(engine, host, parts, recreate)
      await use({ engine, host, parts, state, report: printLine, interrupted: interrupted.signal })
    })
  })
}

async function requireProxyImage(engine: Engine, { proxy }: Host): Promise<void> {
  if ((await engine.try(['image', 'inspect', proxy])) === undefined) await engine.docker(['pull', '--quiet', proxy])
}

async function reading(file: string, use: (connection: Reading) => Promise<void>): Promise<void> {
  await connected(file, (engine, host) => use({ engine, host, state: State.existing(engine, host) }))
}

async function withHost(command: Command): Promise<{ host: Host; release: string }> {
  const { host, release } = command.optsWithGlobals<Options & { release: string }>()
  return { host: await readHost(pathOf(host)), release: requireRelease(release) }
}

function pathOf(file: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), file)
}

function hostOf(command: Command): string {
  return command.optsWithGlobals<Options>().host
}

function printLine(line: string): void {
  console.log(line)
}
