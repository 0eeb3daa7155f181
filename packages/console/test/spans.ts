/**
 * A span in the shape of the console's answers, for tests of the page, too. A test names the fields that it is about; the others
 * are those of a span that did nothing.
 */

import type { Span } from '../src/contract/contract.ts'

/** As `/api/trace` gives it. Times in milliseconds. */
export function spanOf(fields: Partial<Span>): Span {
  return {
    spanId: 'a1',
    parentId: null,
    name: fields.spanId ?? 'span',
    service: 'shop',
    kind: 'internal',
    start: 0,
    duration: 1,
    status: 'unset',
    statusMessage: '',
    attributes: {},
    events: [],
    links: [],
    resource: {},
    scope: '',
    dropped: { attributes: 0, events: 0, links: 0 },
    ...fields,
  }
}
