/**
 * Reads a log file piece by piece: what it holds now, and later what was added since, with the part that rotation has put
 * into `<log>.1`. Copes with a file that is not there yet, that was replaced by a new one, or that was cut off.
 */

import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import type { LogReader } from '../modes/mode.ts'

export class LogFile implements LogReader {
  readonly path: string
  #inode = 0
  #offset = 0
  #decoder = new StringDecoder('utf8')
  /** The beginning of a line whose end was not written yet. */
  #rest = ''

  constructor(path: string) {
    this.path = path
  }

  async *newLines(): AsyncGenerator<string> {
    const info = await stat(this.path).catch(() => undefined)
    if (!info) return
    const isFirst = this.#inode === 0
    if (isFirst || (info.ino === this.#inode && info.size < this.#offset)) yield* this.#rotated()
    if (info.ino !== this.#inode || info.size < this.#offset) this.#beginAgain(info.ino)
    if (info.size > this.#offset) yield* this.#read(this.path, this.#offset, info.size)
  }

  /** What was put aside and not read yet. */
  async *#rotated(): AsyncGenerator<string> {
    const path = `${this.path}.1`
    const info = await stat(path).catch(() => undefined)
    if (info && info.size > this.#offset) yield* this.#read(path, this.#offset, info.size)
  }

  async *#read(path: string, start: number, end: number): AsyncGenerator<string> {
    const stream = createReadStream(path, { start, end: end - 1 })
    for await (const chunk of stream) {
      this.#offset += chunk.length
      const lines = (this.#rest + this.#decoder.write(chunk)).split('\n')
      this.#rest = lines.pop() ?? ''
      yield* lines.filter((line) => line !== '')
    }
  }

  takeRest(): string {
    const rest = this.#rest
    this.#rest = ''
    return rest
  }

  #beginAgain(inode: number): void {
    this.#inode = inode
    this.#offset = 0
    this.#decoder = new StringDecoder('utf8')
    this.#rest = ''
  }
}
