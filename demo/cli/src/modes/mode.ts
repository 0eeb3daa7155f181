/**
 * How the shop runs on this machine. The commands know only this interface: whether there are processes or containers
 * behind it is the mode's own business.
 */

import type { Usage } from '../machine/usage.ts'

export type ModeName = 'host' | 'compose'

export interface Mode {
  readonly name: ModeName
  /** What its memory figures are, such as `PSS`. */
  readonly memoryMeasure: string
  /** Whether anything that an `up` of this mode started is still there. */
  isInUse(): Promise<boolean>
  /** Why this machine cannot run the shop this way; undefined where it can. Gets what is missing, where it is available. */
  whyNot(signal: AbortSignal): Promise<string | undefined>
  /** Starts what does not run yet and returns when everything is healthy; throws a Failure otherwise. */
  up(signal: AbortSignal): Promise<UpReport>
  /**
   * Stops everything that runs, in reverse order, whichever process started it, and deletes the data that `reset` names.
   * An aborted `signal` ends its wait for another command; what it has begun it finishes.
   */
  down(options: DownOptions): Promise<DownReport>
  status(): Promise<ServiceStatus[]>
  /** Adds what each service uses to what `status` said; takes about a second. */
  measure(statuses: readonly ServiceStatus[]): Promise<MeasuredStatus[]>
  /** What each service writes, one line each. */
  logs(): Promise<LogSource[]>
  /** Restarts what ends by itself and rotates the logs, until `signal` aborts; absent where the engine does so. */
  keep?(signal: AbortSignal): Promise<void>
}

export interface DownOptions {
  readonly reset: Reset
  readonly signal: AbortSignal
}

/** Whose data `down` deletes: none, that of all with their logs, or that of one alone. */
export type Reset = 'nothing' | 'everything' | { readonly only: string }

/** A service of the shop, observed; or what it sends to or keeps its data in. */
export type Kind = 'service' | 'backend'

export interface ServiceStatus {
  readonly name: string
  readonly kind: Kind
  readonly purpose: string
  readonly url: string | undefined
  /** Whether `url` is for a browser; otherwise it is an API. */
  readonly hasPage: boolean
  readonly metrics: string | undefined
  readonly health: Health
  readonly pid: number | undefined
  /** What was done about a service that ended by itself, if it did. */
  readonly restarts?: Restarts
}

export interface Restarts {
  readonly count: number
  /** It ended so often that it is left alone until the next `up`. */
  readonly givenUp: boolean
}

export type Health =
  | { readonly state: 'healthy' }
  | { readonly state: 'unhealthy'; readonly reason: string }
  | { readonly state: 'stopped' }

export interface MeasuredStatus extends ServiceStatus {
  readonly usage: Usage | undefined
}

export interface UpReport {
  /** Names of what this call started; empty when all of it ran already. */
  readonly started: readonly string[]
  /** What the person should know besides the links, such as which backends are missing; a line each. */
  readonly notes: readonly string[]
}

export interface DownReport {
  /** Names of what ran until now. */
  readonly stopped: readonly string[]
}

export interface LogSource {
  readonly service: string
  /** Lets go of what it holds when `signal` aborts. */
  open(signal: AbortSignal): LogReader
}

export interface LogReader {
  /** The whole lines that were added since the last call; at the first, all of them. */
  newLines(): AsyncIterable<string>
  /** What stands behind the last line end; a process that was killed may leave half a line. */
  takeRest(): string
}
