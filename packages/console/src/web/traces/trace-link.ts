/**
 * Where a trace of a list leads: to the span that matched the search, if it was one.
 */

import type { TraceSummary } from '../../contract/contract.ts'
import { href } from '../state/address.ts'

export function traceLink({ traceId, spanId }: TraceSummary): string {
  return href(`/trace/${traceId}`, spanId ? { span: spanId } : {})
}
