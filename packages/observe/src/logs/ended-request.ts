/**
 * A request that has ended, as its line in the log says it.
 */
import type { Attributes } from '@opentelemetry/api'

/** What the line contains. */
export interface EndedRequest {
  method: string
  route: string | undefined
  path: string
  /** `undefined` where no response was sent. */
  status: number | undefined
  durationMs: number
  aborted: boolean
  error: unknown
  /** The user's own. A name that the line has already is left out. */
  fields?: Attributes | undefined
}
