/**
 * One deployment under way: times its parts, ends it between two parts when it is interrupted, and writes it into the log.
 */

import { annotate } from './annotate.ts'
import { Failure, messageOf } from './failure.ts'
import type { Host } from './host.ts'
import type { Images } from './images.ts'
import { who } from './lock.ts'
import type { Deployment, State } from './state.ts'

export interface AttemptEnd {
  readonly outcome: Deployment['outcome']
  readonly reason?: string | undefined
  readonly images?: Images
  readonly backup?: string | undefined
}

export class Attempt {
  readonly #begin = new Date().toISOString()
  readonly #seconds: Record<string, number> = {}
  readonly #host: Host
  readonly #state: State
  readonly #subject: Pick<Deployment, 'kind' | 'release' | 'previous'>
  readonly #report: (line: string) => void
  readonly #interrupted: AbortSignal

  constructor(
    host: Host,
    state: State,
    subject: Pick<Deployment, 'kind' | 'release' | 'previous'>,
    report: (line: string) => void,
    interrupted: AbortSignal,
  ) {
    this.#host = host
    this.#state = state
    this.#subject = subject
    this.#report = report
    this.#interrupted = interrupted
  }

  /** A part that may still be given up. */
  async part<T>(name: string, run: () => Promise<T>): Promise<T> {
    if (this.#interrupted.aborted) throw new Failure('it was interrupted')
    return this.lastPart(name, run)
  }

  /** A part that must run also after an interruption: the way back, and what cleans up. */
  async lastPart<T>(name: string, run: () => Promise<T>): Promise<T> {
    const begin = performance.now()
    try {
      return await run()
    } finally {
      const seconds = Math.round((performance.now() - begin) / 100) / 10
      this.#seconds[name] = seconds
      this.#report(`${seconds.toFixed(1).padStart(6)} s  ${name}`)
    }
  }

  async end({ outcome, reason, images, backup }: AttemptEnd): Promise<void> {
    const entry: Deployment = {
      ...this.#subject,
      number: ((await this.#state.deployments()).at(-1)?.number ?? 0) + 1,
      outcome,
      reason,
      by: who(),
      begin: this.#begin,
      end: new Date().toISOString(),
      committed: images?.committed,
      revision: images?.revision,
      backup,
      images: Object.fromEntries(images?.references ?? []),
      seconds: this.#seconds,
    }
    await this.#state.record(entry)
    await annotate(this.#host, entry).catch((error) => this.#report(`not marked in Grafana: ${messageOf(error)}`))
  }
}
