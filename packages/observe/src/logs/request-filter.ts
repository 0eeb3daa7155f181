/**
 * Which requests have a line. A request that failed or was aborted has one everywhere but where none is wanted.
 */
import type { LogSettings } from '../settings/log-settings.ts'
import { pathMatch } from '../settings/paths.ts'
import type { EndedRequest } from './ended-request.ts'

export type RequestFilter = (request: EndedRequest) => boolean

/** `undefined` where every request has a line. */
export function requestFilter({ requests, slowMs, quiet }: LogSettings): RequestFilter | undefined {
  if (requests === 'all' && quiet.length === 0) return undefined
  if (requests === 'none') return () => false
  const isQuiet = pathMatch(quiet)
  return function hasLine(request) {
    if (request.aborted || (request.status ?? 500) >= 500) return true
    if (requests === 'errors' || (requests === 'slow' && request.durationMs < slowMs)) return false
    return !isQuiet(request.route ?? request.path) && !isQuiet(request.path)
  }
}
