/**
 * What counts as a broken promise: each by one case that keeps it and one that breaks it.
 */

import { expect, test } from 'vitest'
import type { Lost, Order } from './lost.ts'
import type { Outage } from './outages.ts'
import type { Attempt } from './shoppers.ts'
import { missingLines, missingSpans, type Span } from './signals.ts'
import { type Findings, judge } from './verdict.ts'

const attempt: Attempt = { route: 'order', begin: 10_000, end: 10_100, status: 503, code: 'upstream_unavailable' }
const order: Order = { id: '1', key: 'k', traceId: 't', begin: 10_000, end: 10_200, sentAt: 12_000 }
const outage: Outage = { victim: 'payments', kind: 'kill', begin: 9000, end: 11_000 }

function brokenIn(findings: Partial<Findings>): string[] {
  const quiet: Findings = {
    visits: { attempts: [{ ...attempt, status: 201 }], accepted: [order], undecided: 0 },
    outages: [],
    books: { wrong: [], sentAt: new Map() },
    lost: [],
    memory: { peak: 1e9, early: 8e8, late: 8e8 },
  }
  return judge({ ...quiet, ...findings })
    .filter(({ kept }) => !kept)
    .map(({ promise }) => promise)
}

test('all is kept where nothing happened', () => {
  expect(brokenIn({})).toEqual([])
})

test('books that do not balance and orders without a decision break a promise', () => {
  expect(brokenIn({ books: { wrong: ['1 orders still pending'], sentAt: new Map() } })).toEqual(['the books balance'])
  expect(brokenIn({ visits: { attempts: [], accepted: [order], undecided: 1 } })).toEqual(['the books balance'])
})

test.each<[string, Partial<Attempt>, Partial<Outage>, boolean]>([
  ['while what it needs is down', {}, {}, true],
  ['after an outage that ended long ago', { begin: 20_000, end: 20_100 }, {}, false],
  ['that began before the outage and ended in it', { begin: 8000, end: 9500 }, {}, true],
  ['while only another service is down', {}, { victim: 'notifier' }, false],
  ['of the shelf while payments is down', { route: 'shelf' }, {}, false],
  ['without any answer while the gateway is down', { status: 0 }, { victim: 'gateway' }, true],
])('a failed request %s', (_, request, away, isKept) => {
  const visits = { attempts: [{ ...attempt, ...request }], accepted: [order], undecided: 0 }
  const broken = brokenIn({ visits, outages: [{ ...outage, ...away }] })
  expect(broken).toEqual(isKept ? [] : ['no 5xx but while the one it needs is down'])
})

test.each<[string, Partial<Lost>, Partial<Outage>, boolean]>([
  ['of a service that was killed meanwhile', {}, { begin: 10_050 }, true],
  ['of a service that was killed before', {}, { begin: 9000 }, false],
  ['of a service that was killed when all had long been sent', {}, { begin: 20_000 }, false],
  ['of a service that was only stopped', {}, { begin: 10_050, kind: 'stop' }, false],
  ['of another service than the one that was killed', { missing: [['orders']] }, { begin: 10_050 }, false],
  [
    'and its parent, which was of that service or its caller',
    { missing: [['orders', 'payments']] },
    { begin: 10_050 },
    true,
  ],
  ['of two services of which one was killed', { missing: [['payments'], ['orders']] }, { begin: 10_050 }, false],
])('a trace that lacks a span %s', (_, found, away, isKept) => {
  const lost: Lost = { order, what: 'trace in Jaeger', missing: [['payments']], ...found }
  const broken = brokenIn({ lost: [lost], outages: [{ ...outage, ...away }] })
  expect(broken).toEqual(isKept ? [] : ['every accepted order has its whole trace in Jaeger'])
})

test('memory that grows, or is too much, breaks a promise', () => {
  expect(brokenIn({ memory: { peak: 1e9, early: 7e8, late: 9e8 } })).toEqual(['memory stays flat'])
  expect(brokenIn({ memory: { peak: 1.6e9, early: 1e9, late: 1e9 } })).toEqual(['everything under 1500 MB'])
})

test('no accepted order at all proves nothing', () => {
  expect(brokenIn({ visits: { attempts: [], accepted: [], undecided: 0 } })).toHaveLength(4)
})

const whole: Span[] = [
  { id: 'a', parentId: '', service: 'gateway' },
  { id: 'b', parentId: 'a', service: 'orders' },
  { id: 'c', parentId: 'b', service: 'inventory' },
  { id: 'd', parentId: 'b', service: 'payments' },
  { id: 'e', parentId: 'b', service: 'notifier' },
]

test('a trace is whole with spans of every service, and no parent missing', () => {
  expect(missingSpans(whole)).toEqual([])
  expect(missingSpans(whole.slice(1))).toEqual([['gateway'], ['orders', 'gateway'], ['gateway']])
  expect(missingSpans(whole.slice(0, -1))).toEqual([['notifier']])
  expect(missingSpans([...whole, { id: 'f', parentId: 'z', service: 'payments' }])).toEqual([['payments', 'orders']])
  expect(missingSpans([])).toHaveLength(6)
})

test('lines are whole with one of every service', () => {
  expect(missingLines(new Set(['gateway', 'orders', 'inventory', 'payments', 'notifier']))).toEqual([])
  expect(missingLines(new Set(['gateway', 'orders', 'inventory', 'payments']))).toEqual([['notifier']])
})
