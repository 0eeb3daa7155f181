/**
 * The shape of one thing that `pnpm demo up` runs. A shop service, the database and a backend are all described like
 * this, so that starting, checking, stopping and showing them is the same code for each.
 */

import type { Port } from '../machine/ports.ts'
import type { Kind } from '../modes/mode.ts'

/** A program that the CLI starts itself, detached, and keeps an eye on by its process id. */
export interface Program {
  readonly kind: 'program'
  readonly command: readonly [string, ...string[]]
  /** Runs to its end before the program starts, in the same folder and environment; a database migration, say. */
  readonly prepare?: readonly [string, ...string[]]
  readonly cwd: string
  /** Milliseconds that it may take to leave after SIGTERM; then it is killed. */
  readonly stopWithin: number
  /** Added to the environment of the CLI. */
  readonly env: Readonly<Record<string, string>>
}

/** A server that detaches by itself and is found again by its own means, as PostgreSQL is by its data directory. */
export interface Daemon {
  readonly kind: 'daemon'
  /** Starts it, or joins the one that runs; resolves when it is ready. */
  start(): Promise<void>
  /** Stops it; does nothing where none runs. */
  stop(): Promise<void>
  pid(): Promise<number | undefined>
}

export interface ServiceDescription {
  readonly name: string
  readonly kind: Kind
  /** A few words for the table, such as `storefront and its API`. */
  readonly purpose: string
  /** Names of the services that have to be ready before this one starts, and that stop after it. */
  readonly needs: readonly string[]
  readonly ports: readonly Port[]
  /** Where a person or another program reaches it, if it serves anything. */
  readonly url?: string
  /** Whether `url` is for a browser. */
  readonly hasPage?: boolean
  /** Where Prometheus scrapes it. */
  readonly metrics?: string
  readonly log: string
  /** The folder that `down --reset` deletes. */
  readonly data?: string
  /** Changes whenever what it is made from does; without one it is made by the shop's own build. */
  readonly stamp?: string
  /** Milliseconds that it may take to become healthy. */
  readonly readyWithin: number
  readonly run: Program | Daemon
  /** Resolves when the service is healthy, rejects with the reason when it is not. */
  probe(signal: AbortSignal): Promise<void>
}

/** What runs together: every port with its default, and the services once the ports are known. */
export interface Shop {
  /** Default ports by the variable that moves them. */
  readonly ports: Readonly<Record<string, number>>
  /** Writes nothing. */
  describe(context: DescribeContext): Promise<Description>
  /** Makes what has to be there before the first start, such as a password. Throws a Failure where it cannot. */
  readonly prepare?: () => Promise<void>
  /** Makes what the services run from; absent where there is nothing to build. */
  readonly build?: Build
}

export interface Description {
  readonly services: readonly ServiceDescription[]
  /** What is not there and how to get it, and the like; a line each. */
  readonly notes: readonly string[]
}

export interface DescribeContext {
  readonly ports: Readonly<Record<string, number>>
}

export interface Build {
  /** Names of the packages whose sources are newer than what was built from them. */
  outdated(): Promise<string[]>
  run(packages: string[], signal: AbortSignal): Promise<void>
  /** Changes whenever the service's program does, so that `up` knows which running service is out of date. */
  stamp(): Promise<string>
}
