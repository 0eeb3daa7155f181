/**
 * A question to a worker that it has not answered yet. It has a short time to give a sign, so that whoever asks need not wait
 * for one that hangs, and a longer one for the answer from then on, since one that is at it may be slow.
 */
import type { Message, Question } from './messages.ts'

/** In milliseconds. A scrape of Prometheus takes 10 s at most, a probe of Kubernetes 1 s; checks take 2 s at most. */
export const PATIENCE = {
  points: { signMs: 1000, answerMs: 4000 },
  readiness: { signMs: 800, answerMs: 3000 },
}

export class PendingRequest {
  readonly what: Question['what']
  /** What it answered; nothing where it took too long. */
  readonly answer: Promise<Message | undefined>
  /** The time that it had at last. */
  limitMs: number
  #settle: (answer?: Message) => void = () => undefined
  #timer: NodeJS.Timeout

  constructor(what: Question['what']) {
    this.what = what
    this.limitMs = PATIENCE[what].signMs
    this.answer = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#timer = setTimeout(this.#settle, this.limitMs)
  }

  /** It has heard the question, or is at one of before. */
  sign(): void {
    const { answerMs } = PATIENCE[this.what]
    if (this.limitMs === answerMs) return
    this.limitMs = answerMs
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#settle, answerMs)
  }

  /** Without an answer where it never will. */
  settle(answer?: Message): void {
    clearTimeout(this.#timer)
    this.#settle(answer)
  }
}
