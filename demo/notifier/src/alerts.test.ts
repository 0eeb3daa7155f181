/**
 * What Alertmanager posts, and what the status page gets of it.
 */

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { Faults, type NotificationReceiver } from '@demo/chassis'
import { Database, openPool } from '@demo/chassis/database'
import { createTestObserve } from '@lab/observe/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { Alerts, notificationReceiver } from './alerts.ts'
import { createApp, notifierFaults } from './app.ts'

const obs = createTestObserve()
let server: Server
let url: string
let receiver: NotificationReceiver

beforeEach(async () => {
  obs.reset()
  // Alerts need no database: they are there also when it is what they are about.
  const database = new Database(openPool(obs, 'postgres://127.0.0.1:1/none'), () => false)
  const alerts = new Alerts(obs)
  receiver = notificationReceiver(alerts)
  const app = createApp({
    obs,
    database,
    faults: new Faults(obs, notifierFaults),
    alerts,
    worker: { resend: async () => 0 },
  })
  server = createServer(app.callback()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/alerts`
})

afterEach(() => once(server.close(), 'close'))

interface Notification {
  readonly fingerprint?: string
  readonly status?: string
  readonly startsAt?: string
  readonly endsAt?: string
}

/** As Alertmanager 0.31 posts it, with nine digits behind the second and no end for what fires. */
function notification({ fingerprint = 'c6e1', status = 'firing', startsAt = '10:00:00', endsAt }: Notification = {}) {
  const day = '2026-03-04T'
  return {
    status,
    labels: { alertname: 'ErrorBudgetBurn', job: 'payments', severity: 'page', slo: 'availability' },
    annotations: { summary: 'it burns', description: 'look', runbook_url: 'https://example.org/runbook#burn' },
    startsAt: `${day}${startsAt}.123456789Z`,
    endsAt: endsAt ? `${day}${endsAt}Z` : '0001-01-01T00:00:00Z',
    generatorURL: 'http://127.0.0.1:9090/graph?g0.expr=up',
    fingerprint,
  }
}

function notify(...alerts: unknown[]): void {
  const rest = { receiver: 'status-page', groupKey: '{}', truncatedAlerts: 0, externalURL: 'http://127.0.0.1:9093' }
  receiver.take({ version: '4', status: 'firing', alerts, ...rest })
}

async function list(): Promise<Record<string, unknown>[]> {
  return z.array(z.record(z.string(), z.unknown())).parse(await (await fetch(url)).json())
}

test('keeps an alert while it fires and when it is resolved, and says each once', async () => {
  expect(await list()).toEqual([])
  notify(notification())
  notify(notification())
  const alert = {
    name: 'ErrorBudgetBurn',
    service: 'payments',
    severity: 'page',
    status: 'firing',
    summary: 'it burns',
    description: 'look',
    runbookUrl: 'https://example.org/runbook#burn',
    startsAt: '2026-03-04T10:00:00.123456789Z',
  }
  expect(await list()).toEqual([alert])
  notify(notification({ status: 'resolved', endsAt: '10:05:00' }))
  expect(await list()).toEqual([{ ...alert, status: 'resolved', endsAt: '2026-03-04T10:05:00Z' }])
  const said = obs.lines.filter(({ msg }) => msg.startsWith('alert '))
  expect(said.map(({ level, msg, about }) => [level, msg, about])).toEqual([
    ['warn', 'alert fires', 'payments'],
    ['info', 'alert is resolved', 'payments'],
  ])
})

test('lists what fires first, the newest at the top', async () => {
  notify(
    notification({ fingerprint: 'a', startsAt: '09:00:00', status: 'resolved', endsAt: '12:00:00' }),
    notification({ fingerprint: 'b', startsAt: '09:30:00' }),
    notification({ fingerprint: 'c', startsAt: '11:00:00' }),
  )
  expect((await list()).map(({ startsAt }) => String(startsAt).slice(11, 16))).toEqual(['11:00', '09:30', '09:00'])
})

test('keeps a bounded number of them: the resolved ones give way', async () => {
  notify(notification({ fingerprint: 'fires' }))
  const many = Array.from({ length: 150 }, (_, index) => notification({ fingerprint: `r${index}`, status: 'resolved' }))
  notify(...many)
  const kept = await list()
  expect(kept).toHaveLength(100)
  expect(kept[0]?.status).toBe('firing')
})

test.each([
  ['a text', '{}'],
  ['another version', { version: '3', alerts: [notification()] }],
  ['no alert', { version: '4', alerts: [] }],
  ['an alert without a name', { version: '4', alerts: [{ ...notification(), labels: { job: 'payments' } }] }],
  ['a state that there is not', { version: '4', alerts: [notification({ status: 'maybe' })] }],
  ['a time that is none', { version: '4', alerts: [{ ...notification(), startsAt: 'now' }] }],
])('%s is refused, and nothing is kept of it', async (_, body) => {
  expect(() => receiver.take(body)).toThrow()
  expect(await list()).toEqual([])
})

test('the port of requests takes no alerts', async () => {
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(405)
})
