/**
 * A report: what the terminal and coding agents get as the answer to one question. It is short text with the figures behind it, and
 * it says which report goes deeper, so that a reader comes from a symptom to its cause without knowing the console.
 */

import type { Queries } from '../contract/contract.ts'

/** Answers a query of the contract: over HTTP, in this process, or from the data folder. Rejects with what is wrong. */
export type RunQuery = <Path extends keyof Queries>(
  path: Path,
  query: Queries[Path]['query'],
) => Promise<Queries[Path]['answer']>

export type ReportName =
  | 'services'
  | 'traces'
  | 'trace'
  | 'logs'
  | 'errors'
  | 'metrics'
  | 'slow'
  | 'compare'
  | 'changes'

/** Parameters as text, the way a command line and a tool call give them. */
export type Given = Record<string, string | undefined>

/** A report that goes deeper. */
export interface Step {
  report: ReportName
  given: Record<string, string>
  why: string
}

export interface Report {
  lines: string[]
  /** The same figures for programs. */
  data: Record<string, unknown>
  /** The most promising one first. */
  next: Step[]
}

/** A parameter that cannot be understood; the message says what can. */
export class BadRequest extends Error {}

const LARGEST_LIMIT = 100

/** How many entries a list has at most. */
export function limitOf({ limit }: Given, usual: number): number {
  if (limit === undefined) return usual
  const number = Number(limit)
  if (Number.isInteger(number) && number >= 1 && number <= LARGEST_LIMIT) return number
  throw new BadRequest(`limit cannot be ${JSON.stringify(limit)}: write a number from 1 to ${LARGEST_LIMIT}.`)
}
