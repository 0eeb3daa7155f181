/**
 * A real server for one file of tests: a process of its own with a folder and a port of its own, ended by its process id.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@lab/test-kit/free-port'

export interface Server {
  port: number
  stop(): Promise<void>
}

export interface ServerDescription {
  /** Full path of the program. */
  program: string
  /** What it is to call itself. */
  name?: string
  /** How to get it, where it is missing. */
  origin: string
  args: (folder: string, port: number) => string[]
  prepare?: (folder: string) => Promise<void>
  /** Throws until the server answers. */
  ping: (port: number) => Promise<unknown>
}

export async function startServer({ program, name, origin, args, prepare, ping }: ServerDescription): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'observe-'))
  const port = await freePort()
  const log = join(folder, 'log')
  await prepare?.(folder)
  const output = await open(log, 'w')
  const child = spawn(program, args(folder, port), {
    stdio: ['ignore', output.fd, output.fd],
    ...(name === undefined ? {} : { argv0: name }),
  })
  try {
    await once(child, 'spawn')
  } catch (cause) {
    await rm(folder, { recursive: true })
    throw new Error(`${program} cannot be run; ${origin}`, { cause })
  } finally {
    await output.close()
  }
  const killAtOnce = () => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  // A test run that is cut short leaves no server behind.
  process.once('exit', killAtOnce)
  const stop = async () => {
    process.off('exit', killAtOnce)
    if (isRunning(child)) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await untilReady(child, () => ping(port))
  } catch (cause) {
    const said = await readFile(log, 'utf8')
    await stop()
    throw new Error(`${program} did not start; ${origin}\n${said}`, { cause })
  }
  return { port, stop }
}

const MAX_START_MS = 60_000

async function untilReady(child: ChildProcess, ping: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + MAX_START_MS
  for (;;) {
    try {
      return void (await ping())
    } catch (error) {
      if (!isRunning(child) || performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null
}

/** Rejects until a server listens on `port`. */
export function answers(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve()
    })
    socket.on('error', reject)
  })
}
