/**
 * A span in the shape of the store. A test names the fields that it is about.
 */

import { randomBytes } from 'node:crypto'
import type { SpanRecord } from '../src/otlp/record.ts'

/** As the store holds it, with ids of its own. Start in microseconds, duration in nanoseconds. */
export function spanRecord(fields: Partial<SpanRecord>): SpanRecord {
  return {
    traceId: randomBytes(16),
    spanId: randomBytes(8),
    parentId: new Uint8Array(),
    name: 'span',
    kind: 1,
    start: 1,
    duration: 1000,
    status: 0,
    attributes: {},
    details: null,
    resource: { service: 'shop', attributes: {} },
    scope: '',
    ...fields,
  }
}
