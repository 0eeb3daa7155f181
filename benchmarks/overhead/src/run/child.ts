/**
 * A process of the benchmark that answers questions over Node's own channel. All end with the benchmark, also when that is
 * interrupted: each leaves when the channel closes, and is killed when it does not.
 */

import type { Serializable } from 'node:child_process'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { Readable } from 'node:stream'

export interface ChildOptions {
  /** Arguments of Node.js: flags, the program, its arguments. */
  args: string[]
  env?: Record<string, string>
  /** The core that it may use. */
  core: number
  /** Runs only while nothing else wants the core (the scheduler's idle class). */
  idle?: boolean
  /** The end of a pipe from which it reads its standard input. */
  input?: number
  /** Gets the stream of its standard output, or is the end of a pipe for it; otherwise that is the benchmark's own. */
  output?: ((stream: Readable) => void) | number
}

const open = new Set<ChildProcess>()
/** Both are of util-linux. */
const TASKSET = '/usr/bin/taskset'
const CHRT = '/usr/bin/chrt'
/** Longest time in milliseconds for one answer. */
const ANSWER_TIMEOUT_MS = 180_000

/** Whether processes can be kept to a core of their own here. */
export const pinning = existsSync(TASKSET) && availableParallelism() > 1

/** Keeps the benchmark's own process, which reads what the measured server prints, off that one's core. */
export function stayOn(core: number): void {
  if (pinning) execFileSync(TASKSET, ['--all-tasks', '--cpu-list', '--pid', String(core), String(process.pid)])
}

export class Child {
  readonly #process: ChildProcess
  #complaints = ''

  constructor({ args, env = {}, core, idle = false, input, output = 1 }: ChildOptions) {
    const command = [
      ...(pinning ? [TASKSET, '--cpu-list', String(core)] : []),
      ...(pinning && idle ? [CHRT, '--idle', '0'] : []),
      process.execPath,
      ...args,
    ]
    this.#process = spawn(command[0] ?? '', command.slice(1), {
      env: { PATH: process.env.PATH, ...env },
      stdio: [input ?? 'ignore', typeof output === 'number' ? output : 'pipe', 'pipe', 'ipc'],
    })
    open.add(this.#process)
    this.#process.once('exit', () => open.delete(this.#process))
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#complaints = (this.#complaints + chunk.toString()).slice(-2000)
    })
    if (typeof output === 'function' && this.#process.stdout !== null) output(this.#process.stdout)
  }

  /** The next message that it sends, after `question` where one is put. */
  async request<Answer>(question?: Serializable): Promise<Answer> {
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), ANSWER_TIMEOUT_MS)
    const { signal } = abort
    const gone = once(this.#process, 'exit', { signal }).then(() => {
      throw new Error(`a process of the benchmark ended early: ${this.#complaints || 'it said nothing'}`)
    })
    try {
      const answered = once(this.#process, 'message', { signal })
      if (question !== undefined) this.send(question)
      const [answer]: [Answer] = await Promise.race([answered.then(first<Answer>), gone])
      return answer
    } catch (error) {
      if (signal.aborted)
        throw new Error(`no answer within ${ANSWER_TIMEOUT_MS / 1000} s: ${this.#complaints}`, { cause: error })
      throw error
    } finally {
      clearTimeout(timer)
      abort.abort()
      gone.catch(() => undefined)
    }
  }

  send(message: Serializable): void {
    this.#process.send(message)
  }

  /** Asks it to end, as an operator would, and kills it after `graceMs`. */
  async end(graceMs: number): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const gone = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), graceMs)
    await gone
    clearTimeout(timer)
  }
}

function first<Answer>(values: Answer[]): [Answer] {
  const [value] = values
  if (value === undefined) throw new Error('a process of the benchmark sent an empty message')
  return [value]
}

/** Leaves no process behind, however the benchmark ends. */
process.once('exit', () => {
  for (const child of open) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))
