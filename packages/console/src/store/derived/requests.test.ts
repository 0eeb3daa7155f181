/**
 * Which spans count as requests, and what of each is counted.
 */
import { expect, test } from 'vitest'
import { spanRecord } from '../../../test/span-records.ts'
import { CLIENT, outcomeOf, SERVER } from './requests.ts'

function outcome(kind: number, status: 0 | 1 | 2, attributes: Record<string, string | number>) {
  return outcomeOf(spanRecord({ kind, status, attributes }))
}

test.each([
  ['a server that answered 5xx without saying so', SERVER, 0, { 'http.response.status_code': 500 }, 2],
  ['a server that answered 4xx', SERVER, 0, { 'http.response.status_code': 404 }, 3],
  ['a server that says that its 4xx is its error', SERVER, 2, { 'http.response.status_code': 429 }, 2],
  ['a server that says that its 4xx is as it should be', SERVER, 1, { 'http.response.status_code': 404 }, 1],
  ['a caller that was answered 4xx', CLIENT, 2, { 'http.response.status_code': 404, 'error.type': '404' }, 3],
  ['the same by the older names', CLIENT, 2, { 'http.status_code': 404 }, 3],
  [
    'a caller that broke off while reading a 4xx',
    CLIENT,
    2,
    { 'http.status_code': 404, 'error.type': 'TimeoutError' },
    2,
  ],
  ['a caller that was answered 5xx', CLIENT, 0, { 'http.response.status_code': 502 }, 2],
  ['a caller that got no answer', CLIENT, 2, { 'error.type': 'ECONNREFUSED' }, 2],
  ['an answer of 200', SERVER, 0, { 'http.response.status_code': 200 }, 0],
  ['a span of another kind', 1, 2, { 'http.response.status_code': 404 }, 2],
] as const)('%s', (_, kind, status, attributes, expected) => {
  expect(outcome(kind, status, attributes)).toBe(expected)
})
