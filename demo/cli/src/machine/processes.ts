/**
 * Starts programs that outlive the CLI, and stops them again, from any later run of it. A process is known by its number
 * together with its start time, so that a stranger who got the number after a crash or a reboot is never signalled.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { Failure } from '../terminal/failure.ts'
import { readProcess } from './process-table.ts'

export interface ProcessRef {
  readonly pid: number
  readonly started: string
}

export interface Launched extends ProcessRef {
  /** Resolves with the reason, such as `it exited with code 1`, once the process is gone. */
  readonly gone: Promise<Exit>
  /** Lets the CLI end while the process goes on. */
  leave(): void
}

interface Exit {
  readonly code: number | null
  readonly reason: string
}

export interface LaunchOptions {
  readonly command: readonly [string, ...string[]]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Both outputs are appended to this file. */
  readonly log: string
}

/** Milliseconds that a killed process may take to be gone. */
const dying = 5000

/**
 * Starts a program in a session of its own. It begins to run only after `record` has resolved: until then a shell waits
 * in its place for a word on descriptor 3, and leaves at the end of file. So whenever the CLI dies, no process runs that
 * was not recorded first. `exec` keeps the process id and its start time.
 */
export async function launch(options: LaunchOptions, record: (ref: ProcessRef) => Promise<void>): Promise<Launched> {
  const log = await open(options.log, 'a')
  try {
    const gate = 'read -r go <&3 && exec 3<&- && exec "$@"'
    const child = spawn('/bin/sh', ['-c', gate, 'sh', ...options.command], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      detached: true,
      stdio: ['ignore', log.fd, log.fd, 'pipe'],
    })
    const gone = once(child, 'exit').then(([code, signal]) => describeExit(code, signal))
    await once(child, 'spawn')
    const ref = await refTo(child.pid)
    await record(ref)
    openGate(child.stdio[3])
    return { ...ref, gone, leave: () => child.unref() }
  } finally {
    await log.close()
  }
}

function openGate(gate: unknown): void {
  if (!(gate instanceof Writable)) throw new TypeError('Descriptor 3 of the new process is not writable.')
  gate.on('error', () => undefined) // The shell was killed meanwhile; `gone` tells.
  gate.end('go\n')
}

async function refTo(pid: number | undefined): Promise<ProcessRef> {
  const info = pid === undefined ? undefined : await readProcess(pid)
  if (!info) throw new Error(`The operating system knows nothing of process ${pid}, which was just started.`)
  return { pid: info.pid, started: info.started }
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): Exit {
  return { code, reason: signal ? `it was ended by ${signal}` : `it exited with code ${code}` }
}

export async function isAlive({ pid, started }: ProcessRef): Promise<boolean> {
  return (await readProcess(pid))?.started === started
}

/** How a process left: it was gone already, went when asked, or had to be killed. */
export type Stopped = 'gone' | 'stopped' | 'killed'

/** Asks a process to stop; after `within` milliseconds kills it with all that it started. */
export async function stop(ref: ProcessRef, within: number): Promise<Stopped> {
  if (!(await isAlive(ref))) return 'gone'
  signal(ref.pid, 'SIGTERM')
  if (await hasGone(ref, within)) return 'stopped'
  signal(-ref.pid, 'SIGKILL') // The whole process group, which has the number of its leader.
  await hasGone(ref, dying)
  return 'killed'
}

async function hasGone(ref: ProcessRef, within: number): Promise<boolean> {
  const deadline = Date.now() + within
  while (await isAlive(ref)) {
    if (Date.now() > deadline) return false
    await delay(20)
  }
  return true
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EPERM') {
      throw new Failure(`Process ${Math.abs(pid)} belongs to another user. Run this as that user, or as root.`, {
        cause: error,
      })
    }
    if (code !== 'ESRCH') throw error // ESRCH: it left between the look and the signal.
  }
}
