/**
 * Which requests one report of a worker answers: those of one reader, since each reader has an interval of its own.
 */
import type { Request } from './messages.ts'

export interface ReportRequests {
  /** `undefined` where no reader is named. */
  reader: string | undefined
  /** Ids of the requests. */
  answers: number[]
  /** Requests that the next report answers. */
  rest: Request[]
}

/** Those of the reader that has waited longest. */
export function requestsOfOneReader(requests: readonly Request[]): ReportRequests {
  const reader = requests[0]?.reader
  const answers = requests.filter((request) => request.reader === reader).map(({ id }) => id)
  return { reader, answers, rest: requests.filter((request) => request.reader !== reader) }
}
