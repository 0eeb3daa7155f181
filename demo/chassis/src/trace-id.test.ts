/**
 * Trace ids that can be looked up.
 */

import { expect, test } from 'vitest'
import { traceIdOf } from './trace-id.ts'

const id = '0af7651916cd43dd8448eb211c80319c'

test.each([
  [`00-${id}-b7ad6b7169203331-01`, id],
  [`00-${id}-b7ad6b7169203331-03`, id],
  [`00-${id}-b7ad6b7169203331-00`, undefined],
  [undefined, undefined],
])('of %s is %s', (traceparent, expected) => {
  expect(traceIdOf({ ...(traceparent && { traceparent }) })).toBe(expected)
})
