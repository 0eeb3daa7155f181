/** A report answers the requests of one reader; those of others wait for the next. */
import { expect, test } from 'vitest'
import type { Request } from './messages.ts'
import { requestsOfOneReader } from './report-requests.ts'

test('two readers get two reports, and one that asked twice gets one', () => {
  const requests: Request[] = [
    { kind: 'request', what: 'points', id: 1, reader: 'prometheus' },
    { kind: 'request', what: 'points', id: 2, reader: 'push' },
    { kind: 'request', what: 'points', id: 3, reader: 'prometheus' },
  ]
  const first = requestsOfOneReader(requests)
  expect(first).toMatchObject({ reader: 'prometheus', answers: [1, 3] })
  expect(requestsOfOneReader(first.rest)).toEqual({ reader: 'push', answers: [2], rest: [] })
})

test('a periodic report answers none', () => {
  expect(requestsOfOneReader([])).toEqual({ reader: undefined, answers: [], rest: [] })
})
