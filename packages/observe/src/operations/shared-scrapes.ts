/**
 * Scrapes that are in progress. One that arrives within a second of it for the same reader and format gets the same text from its
 * beginning, so that clients that call many times, or read slowly, do not hold a copy of the metrics each.
 */
import { monotonicMs } from '../time/clock.ts'
import type { Exposed } from './admin.ts'

/** Age in milliseconds up to which a scrape is shared. One that its client gave up would be a stale answer for the next. */
const MAX_AGE_MS = 1000

/** Scrapes of different readers at a time; beyond it one more reader joins the first of its format. */
const MAX_IN_PROGRESS = 8

interface Progress {
  /** A reading of the monotonic clock. */
  readonly begunMs: number
  readonly format: string
  readonly text: Promise<SharedText>
}

export class SharedScrapes {
  readonly #inProgress = new Map<string, Progress>()

  /** The text of the scrape in progress, or of a new one that `begin` starts. */
  async join(format: string, reader: string, begin: () => Promise<Exposed>): Promise<Exposed> {
    const key = `${format}\n${reader}`
    this.#forgetOld()
    const known = this.#inProgress.get(key) ?? this.#beyondLimit(format)
    const { contentType, text } = await (known ?? this.#begin(key, format, begin)).text
    return { contentType, slices: text.read() }
  }

  #forgetOld(): void {
    const oldest = monotonicMs() - MAX_AGE_MS
    for (const [key, { begunMs }] of this.#inProgress) if (begunMs < oldest) this.#inProgress.delete(key)
  }

  #beyondLimit(format: string): Progress | undefined {
    if (this.#inProgress.size < MAX_IN_PROGRESS) return undefined
    return [...this.#inProgress.values()].find((progress) => progress.format === format)
  }

  #begin(key: string, format: string, begin: () => Promise<Exposed>): Progress {
    const end = (): void => {
      if (this.#inProgress.get(key) === progress) this.#inProgress.delete(key)
    }
    const text = begin().then(({ contentType, slices }) => ({ contentType, text: new Slices(slices, end) }))
    text.catch(end)
    const progress = { begunMs: monotonicMs(), format, text }
    this.#inProgress.set(key, progress)
    return progress
  }
}

interface SharedText {
  contentType: string
  text: Slices
}

/** Slices that several readers read, each from the beginning; the fastest one has them made. */
class Slices {
  readonly #slices: string[] = []
  readonly #source: AsyncIterator<string>
  readonly #end: () => void
  #next: Promise<boolean> | undefined

  /** @param end is called when the last slice was made */
  constructor(slices: AsyncIterable<string>, end: () => void) {
    this.#source = slices[Symbol.asyncIterator]()
    this.#end = end
  }

  async *read(): AsyncIterable<string> {
    for (let at = 0; at < this.#slices.length || (await this.#more()); at += 1) yield this.#slices[at] ?? ''
  }

  /** Has one more slice made; returns whether there was one. */
  #more(): Promise<boolean> {
    this.#next ??= this.#pull().finally(() => {
      this.#next = undefined
    })
    return this.#next
  }

  async #pull(): Promise<boolean> {
    try {
      const { done, value } = await this.#source.next()
      if (done === true) this.#end()
      else this.#slices.push(value)
      return done !== true
    } catch (error) {
      this.#end()
      throw error
    }
  }
}
