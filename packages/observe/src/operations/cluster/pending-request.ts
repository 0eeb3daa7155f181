/**
 * A request to a worker that is not answered yet. The worker has a short time to acknowledge it, so that one that hangs
 * delays nothing, and from then on a longer time to answer, since a slow answer is still an answer.
 */
import type { Message, Request } from './messages.ts'

/** In milliseconds. A scrape of Prometheus takes 10 s at most, a probe of Kubernetes 1 s; checks take 2 s at most. */
export const TIMEOUTS = {
  points: { ackMs: 1000, answerMs: 4000 },
  readiness: { ackMs: 800, answerMs: 3000 },
}

export class PendingRequest {
  readonly what: Request['what']
  /** The answer; `undefined` after a time-out. */
  readonly answer: Promise<Message | undefined>
  /** The time-out that applied, in milliseconds. */
  limitMs: number
  #settle: (answer?: Message) => void = () => undefined
  #timer: NodeJS.Timeout

  constructor(what: Request['what']) {
    this.what = what
    this.limitMs = TIMEOUTS[what].ackMs
    this.answer = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#timer = setTimeout(this.#settle, this.limitMs)
  }

  /** The worker received the request, or works on an earlier one. */
  acknowledge(): void {
    const { answerMs } = TIMEOUTS[this.what]
    if (this.limitMs === answerMs) return
    this.limitMs = answerMs
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#settle, answerMs)
  }

  /** Without an answer where none will come. */
  settle(answer?: Message): void {
    clearTimeout(this.#timer)
    this.#settle(answer)
  }
}
