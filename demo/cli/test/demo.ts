/**
 * Drives `pnpm demo` in tests: on fixture services, in a folder of its own, on ports that are free.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { freePort } from '@lab/test-kit/free-port'
import type { FixtureService } from './fixtures/shop.ts'

interface Result {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Demo {
  readonly home: string
  readonly services: readonly FixtureService[]
  /** Runs a command to its end. */
  run(...argv: string[]): Promise<Result>
  /** The same with variables of its own. */
  runWith(env: Readonly<Record<string, string>>, ...argv: string[]): Promise<Result>
  /** Begins a command; the test ends it. */
  begin(...argv: string[]): ChildProcess
  /** Process ids on record, those of the services, in the order in which they were started: services that need no other start together. */
  pids(): Promise<number[]>
  /** The process id on record for one service. */
  pidOf(name: string): Promise<number>
  /** Ends the process that restarts services. */
  killKeeper(): Promise<void>
  /** Stops what runs and removes the folder. */
  end(): Promise<void>
}

const program = join(import.meta.dirname, 'fixtures/shop.ts')

/** The shop of the fixtures, with its state in `home`; by default a new folder. */
export async function createDemo(
  fixtures: readonly Omit<FixtureService, 'port'>[],
  { home: given, uid }: { home?: string; uid?: number } = {},
): Promise<Demo> {
  const home = given ?? (await mkdtemp(join(tmpdir(), 'demo-cli-')))
  const services = await Promise.all(fixtures.map(async (fixture) => ({ ...fixture, port: await freePort() })))
  const fixtureEnv = {
    FIXTURE_HOME: home,
    FIXTURE_SERVICES: JSON.stringify(services),
    NO_COLOR: '1',
    npm_execpath: '/usr/bin/pnpm',
  }
  const begin = (env: Readonly<Record<string, string>>, argv: readonly string[]) =>
    spawn(process.execPath, [program, ...argv], {
      env: { ...process.env, ...fixtureEnv, ...env },
      ...(uid !== undefined && { uid, gid: uid }),
    })
  const runWith = (env: Readonly<Record<string, string>>, ...argv: string[]) => resultOf(begin(env, argv))

  return {
    home,
    services,
    runWith,
    run: (...argv) => runWith({}, ...argv),
    begin: (...argv) => begin({}, argv),
    pids: async () => (await stateOf(home)).processes.map(({ pid }) => pid),
    pidOf: async (name) => {
      const pid = (await stateOf(home)).processes.find((process) => process.name === name)?.pid
      if (pid === undefined) throw new Error(`There is no process on record for ${name}.`)
      return pid
    },
    killKeeper: async () => {
      const { keeper } = await stateOf(home)
      if (!keeper) throw new Error('There is no keeper on record.')
      process.kill(keeper.pid, 'SIGKILL')
    },
    end: async () => {
      await runWith({}, 'down')
      await rm(home, { recursive: true, force: true })
    },
  }
}

interface State {
  readonly processes: readonly { readonly name: string; readonly pid: number }[]
  readonly keeper?: { readonly pid: number }
}

async function stateOf(home: string): Promise<State> {
  return JSON.parse(await readFile(join(home, 'state.json'), 'utf8').catch(() => '{"processes":[]}'))
}

async function resultOf(child: ReturnType<typeof spawn>): Promise<Result> {
  const exit = once(child, 'exit')
  const [stdout = '', stderr = ''] = await Promise.all(
    [child.stdout, child.stderr].map((out) => (out ? text(out) : '')),
  )
  const [code] = await exit
  return { code, stdout, stderr }
}
