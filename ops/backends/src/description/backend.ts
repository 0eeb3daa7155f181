/**
 * The shape of one backend to run, the one that the demo has for everything it runs; and what a backend is made from.
 */

import { join } from 'node:path'
import type { Ports, Variable } from './ports.ts'
import { portOf } from './ports.ts'

export interface BackendPort {
  readonly variable: string
  readonly port: number
}

export interface Backend {
  readonly name: string
  /** A few words for a table, such as `metrics and alert rules`. */
  readonly purpose: string
  /** The version that runs, and whether it was built here or found on PATH. */
  readonly version: string
  readonly source: 'PATH' | 'built'
  /** Changes with the version and with the files that configure it. */
  readonly stamp: string
  /** Backends that have to be ready before this one starts, and that stop after it. */
  readonly needs: readonly string[]
  readonly ports: readonly BackendPort[]
  /** Its API, and its pages where it has any. */
  readonly url: string
  /** Whether a browser finds pages there. What was built from Go modules may lack the files of its pages. */
  readonly hasPage: boolean
  readonly metrics: string
  readonly log: string
  /** The folder of all that it keeps. */
  readonly data: string
  /** Milliseconds that it may take to become ready; a long log to replay is the reason to take any. */
  readonly readyWithin: number
  /** Answers 200 as soon as the backend is ready. */
  readonly health: string
  readonly run: BackendProgram
}

/** What one file of this folder says of its backend; the rest is the same for all. */
export type Description = Omit<Backend, 'version' | 'source' | 'stamp'>

export interface BackendProgram {
  readonly kind: 'program'
  readonly command: readonly [string, ...string[]]
  /** Writes what the program reads besides the files of the repository; runs to its end first. */
  readonly prepare: readonly [string, ...string[]]
  readonly cwd: string
  /** Milliseconds that it may take to leave after SIGTERM. */
  readonly stopWithin: number
  readonly env: Readonly<Record<string, string>>
}

export interface ScrapedService {
  readonly name: string
  /** URL of its metrics. */
  readonly metrics: string
}

export interface BackendContext {
  /** The folder of everything that is kept: `.demo`. */
  readonly home: string
  /** Ports by variable; `backendPorts` has the names and the defaults. */
  readonly ports: Ports
  /** The services that Prometheus scrapes. */
  readonly services: readonly ScrapedService[]
  /** URL that takes alerts in Alertmanager's webhook form. */
  readonly alertReceiver: string
  /** The console's OTLP endpoint, where a console runs too: it is sent everything that Jaeger gets. */
  readonly console?: string
}

/** Each is gone within a second, measured; flushing a full memory takes longer. */
export const stopWithin = 15_000

/** The folder with the configuration of all backends. */
export const configuration = join(import.meta.dirname, '..', '..', '..')

export function claims(ports: Ports, variables: readonly Variable[]): BackendPort[] {
  return variables.map((variable) => ({ variable, port: portOf(ports, variable) }))
}

/** What every backend has in the same place. */
export function placesOf({ home }: BackendContext, name: string) {
  return { log: join(home, 'logs', `${name}.log`), data: join(home, name), readyWithin: 60_000 }
}
