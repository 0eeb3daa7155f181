/**
 * From an alert to the receiver: one notification for a service, nothing said twice, and the all-clear.
 */

import { eventually } from '@lab/test-kit/eventually'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Stack } from './stack.ts'

interface Notification {
  readonly status: 'firing' | 'resolved'
  readonly groupLabels: Readonly<Record<string, string>>
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[]
}

let stack: Stack

beforeAll(async () => {
  stack = await Stack.start()
})

afterAll(() => stack?.stop())

/** As Prometheus does: every alert that fires, again and again; one with an end is resolved. */
async function report(alerts: readonly Readonly<Record<string, string>>[], endsAt?: Date): Promise<void> {
  const response = await fetch(`${stack.backend('alertmanager').url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts.map((labels) => ({ labels, ...(endsAt && { endsAt: endsAt.toISOString() }) }))),
  })
  expect(response.status).toBe(200)
}

function notifications(): Notification[] {
  return stack.alerts.received.map(({ body }): Notification => JSON.parse(body.toString()))
}

test('a page silences the ticket of the same objective, another service is not silenced, and the resolved alert is sent', async () => {
  const alerts = [
    { alertname: 'ErrorBudgetBurn', job: 'payments', severity: 'page' },
    { alertname: 'ErrorBudgetBurn', job: 'payments', severity: 'ticket' },
    { alertname: 'ServiceAbsent', job: 'orders', severity: 'page' },
    { alertname: 'EventLoopSaturated', job: 'orders', severity: 'ticket' },
  ]
  await report(alerts)
  await eventually('both notifications', 20_000, async () => {
    const notified = notifications().map(({ status, groupLabels, alerts }) => [
      status,
      groupLabels.job,
      alerts.map(({ labels }) => `${labels.alertname} ${labels.severity}`),
    ])
    expect(notified.toSorted()).toEqual([
      ['firing', 'orders', ['ServiceAbsent page']],
      ['firing', 'payments', ['ErrorBudgetBurn page']],
    ])
  })

  await report(alerts.slice(0, 2), new Date())
  await eventually('the all-clear', 30_000, async () => {
    const cleared = notifications().find(({ status }) => status === 'resolved')
    expect(cleared?.groupLabels).toEqual({ job: 'payments' })
  })
})

test('Prometheus knows its Alertmanager', async () => {
  const url = `${stack.backend('prometheus').url}/api/v1/alertmanagers`
  await eventually('the Alertmanager', 20_000, async () => {
    const { data } = (await (await fetch(url)).json()) as { data: { activeAlertmanagers: { url: string }[] } }
    expect(data.activeAlertmanagers.map((one) => one.url)).toEqual([
      `${stack.backend('alertmanager').url}/api/v2/alerts`,
    ])
  })
})
