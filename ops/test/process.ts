/**
 * One process of the stack: started, waited for, stopped or killed, and started again on the same data.
 */

import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { eventually } from '@lab/test-kit/eventually'
import type { Backend } from '@ops/backends'
import { execa } from 'execa'

export interface ProcessDescription {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly log: string
  /** Answers 200 when the process is ready. */
  readonly health: string
}

const logLines = 20

export class Process {
  readonly name: string
  readonly log: string
  readonly #description: ProcessDescription
  #child: ReturnType<typeof spawn> | undefined

  constructor(description: ProcessDescription) {
    this.name = description.name
    this.log = description.log
    this.#description = description
  }

  /** Starts it and waits until it is ready; returns the milliseconds that took. */
  async start(): Promise<number> {
    const begin = performance.now()
    await mkdir(dirname(this.log), { recursive: true })
    const child = spawn(this.#description)
    this.#child = child
    let end: string | undefined
    const ended = child.then(({ shortMessage }) => {
      end = shortMessage
    })
    await eventually(`${this.name} to be ready`, 30_000, () =>
      end === undefined ? probe(this.#description.health) : ended,
    )
    if (end !== undefined) throw new Error(`${this.name} ended: ${end}\n${await this.#lastLines()}`)
    return performance.now() - begin
  }

  get pid(): number {
    if (!this.#child?.pid) throw new Error(`${this.name} does not run.`)
    return this.#child.pid
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  /** As a crash or the out-of-memory killer would. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    this.#child?.kill(signal)
    await this.#child
    this.#child = undefined
  }

  async #lastLines(): Promise<string> {
    return (await readFile(this.log, 'utf8')).trimEnd().split('\n').slice(-logLines).join('\n')
  }
}

export class BackendProcess extends Process {
  readonly url: string
  readonly data: string
  readonly #prepare: readonly [string, ...string[]]

  constructor({ name, url, data, log, health, run }: Backend) {
    super({ name, log, health, command: run.command, env: run.env, cwd: run.cwd })
    this.url = url
    this.data = data
    this.#prepare = run.prepare
  }

  override async start(): Promise<number> {
    const [program, ...args] = this.#prepare
    await execa(program, args)
    return super.start()
  }
}

function spawn({ command: [program, ...args], env, cwd, log }: ProcessDescription) {
  const file = { file: log, append: true }
  return execa(program, args, { env, ...(cwd && { cwd }), stdin: 'ignore', stdout: file, stderr: file, reject: false })
}

async function probe(url: string): Promise<void> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`)
}
