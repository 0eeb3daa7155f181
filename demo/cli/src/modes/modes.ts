/**
 * Which mode a command acts on. What runs keeps the mode in which it was started; where nothing runs, `up` takes the
 * first that this machine can do.
 */

import { Failure } from '../terminal/failure.ts'
import type { Mode, ModeName, Reset } from './mode.ts'

export interface Modes {
  readonly names: readonly ModeName[]
  /** The mode that every machine can do. */
  readonly fallback: Mode
  /** The mode in which the shop runs; where it does not, the one for every machine. */
  current(): Promise<Mode>
  /** Those that `down` concerns: the current one, and where everything is to be deleted, each that kept something. */
  forDown(reset: Reset): Promise<readonly Mode[]>
  /** The mode for `up`. Throws a Failure when the shop runs in another than the wanted one. */
  choose(wanted: ModeName | undefined, signal: AbortSignal): Promise<Choice>
}

export interface Choice {
  readonly mode: Mode
  /** Why it is not one that is preferred. */
  readonly reason?: string
}

/** Modes in the order of preference, and the one that every machine can do. */
export function createModes(preferred: readonly Mode[], fallback: Mode): Modes {
  const modes = [...preferred, fallback]

  async function inUse(): Promise<Mode | undefined> {
    for (const mode of modes) if (await mode.isInUse()) return mode
    return undefined
  }

  async function best(signal: AbortSignal): Promise<Choice> {
    const reasons: string[] = []
    for (const mode of preferred) {
      const reason = await mode.whyNot(signal)
      if (reason === undefined) return { mode }
      reasons.push(reason)
    }
    return { mode: fallback, ...(reasons.length > 0 && { reason: reasons.join('; ') }) }
  }

  const current = async () => (await inUse()) ?? fallback

  return {
    names: modes.map(({ name }) => name),
    fallback,
    current,
    async forDown(reset) {
      return reset === 'everything' ? modes : [await current()]
    },
    async choose(wanted, signal) {
      const running = await inUse()
      if (running && wanted && running.name !== wanted) {
        throw new Failure(
          `The shop runs in ${running.name} mode. Stop it with \`pnpm demo down\`, then start it again.`,
        )
      }
      const mode = running ?? modes.find(({ name }) => name === wanted)
      return mode ? { mode } : best(signal)
    },
  }
}
