/**
 * What a container wrote and goes on writing. The engine puts the time before each line, by which reading goes on where
 * it stopped.
 */

import { execa } from 'execa'
import type { LogReader } from '../modes/mode.ts'

export class ContainerLog implements LogReader {
  readonly #id: string
  readonly #signal: AbortSignal
  /** When the last line that was read was written; later times sort behind it. */
  #last: string | undefined
  #news: string[] = []
  #isFollowing = false

  constructor(id: string, signal: AbortSignal) {
    this.#id = id
    this.#signal = signal
  }

  async *newLines(): AsyncGenerator<string> {
    if (this.#last === undefined) {
      this.#last = ''
      for await (const line of this.#read([])) yield line
      return
    }
    yield* this.#news.splice(0)
    if (!this.#isFollowing) void this.#follow()
  }

  /** The engine keeps half a line as a line. */
  takeRest(): string {
    return ''
  }

  /** Ends with the container; asked again, goes on with what it wrote after a restart. */
  async #follow(): Promise<void> {
    this.#isFollowing = true
    for await (const line of this.#read(['--follow', ...(this.#last ? ['--since', this.#last] : [])])) {
      this.#news.push(line)
    }
    this.#isFollowing = false
  }

  async *#read(options: readonly string[]): AsyncGenerator<string> {
    const begin = this.#last ?? ''
    const child = execa('docker', ['logs', '--timestamps', ...options, this.#id], {
      all: true,
      buffer: false,
      reject: false,
      stdin: 'ignore',
      cancelSignal: this.#signal,
    })
    for await (const stamped of child.iterable({ from: 'all' })) {
      const [time = '', ...words] = stamped.split(' ')
      if (time <= begin) continue
      this.#last = time
      yield words.join(' ')
    }
  }
}
