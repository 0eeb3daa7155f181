/** The processes that take what a measured server exports, and read what it prints. */
import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Counts } from '../receiver/counts.ts'
import { LINE_COUNTER, RECEIVER } from './build.ts'
import { Child } from './child.ts'

export interface ReceiverOptions {
  core: number
  /** Takes what is exported only while the generator, which has the same core, has nothing to do. */
  idle?: boolean
}

export class Receiver {
  readonly url: string
  /** Where the server's standard output goes: the end of a pipe. */
  readonly output: number
  readonly #backends: Child
  readonly #lineCounter: Child
  #lines = 0

  private constructor(backends: Child, url: string, lineCounter: Child, output: number) {
    this.#backends = backends
    this.url = url
    this.#lineCounter = lineCounter
    this.output = output
  }

  static async start({ core, idle = false }: ReceiverOptions): Promise<Receiver> {
    const backends = new Child({ args: [RECEIVER], core, idle })
    const { port } = await backends.request<{ port: number }>()
    const { readEnd, writeEnd } = openPipe()
    const lineCounter = new Child({ args: [LINE_COUNTER], core, input: readEnd })
    closeSync(readEnd)
    return new Receiver(backends, `http://127.0.0.1:${port}`, lineCounter, writeEnd)
  }

  /** Forgets what has arrived. */
  async reset(): Promise<void> {
    await this.#backends.request<Counts>('reset')
    await this.#lineCounter.request<number>('lines')
    this.#lines = 0
  }

  async counts(): Promise<Counts & { lines: number }> {
    this.#lines += await this.#lineCounter.request<number>('lines')
    return { ...(await this.#backends.request<Counts>('counts')), lines: this.#lines }
  }

  async end(): Promise<void> {
    await Promise.all([this.#backends.end(1000), this.#lineCounter.end(1000)])
    closeSync(this.output)
  }
}

/** One that blocks who waits for the other end, like that of a shell; Node.js makes none between two children. */
function openPipe(): { readEnd: number; writeEnd: number } {
  const folder = mkdtempSync(join(tmpdir(), 'bench-overhead-'))
  try {
    const path = join(folder, 'lines')
    execFileSync('mkfifo', [path])
    // Either end alone would wait for the other to be opened.
    const both = openSync(path, constants.O_RDWR)
    const ends = { readEnd: openSync(path, constants.O_RDONLY), writeEnd: openSync(path, constants.O_WRONLY) }
    closeSync(both)
    return ends
  } finally {
    rmSync(folder, { recursive: true })
  }
}
