/**
 * A fault in the shop, all the way to the status page and back: the burn-rate alert fires, Alertmanager tells the notifier,
 * the gateway shows it, and all of it ends with the fault.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@lab/test-kit/eventually'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { placeOrder } from './order.ts'
import { type Shop, theShop } from './shop.ts'
import { severity, WatchingPrometheus } from './watching-prometheus.ts'

const TIMEOUT_MS = 60_000
const statusSchema = z.object({
  alerts: z.array(
    z.object({
      name: z.string(),
      service: z.string().optional(),
      severity: z.string().optional(),
      status: z.string(),
      endsAt: z.string().optional(),
    }),
  ),
})

let shop: Shop
let prometheus: WatchingPrometheus
let done = false
let customers: Promise<void>

beforeAll(async () => {
  shop = await theShop()
  prometheus = await WatchingPrometheus.start(shop)
  customers = keepBuying()
})

afterAll(async () => {
  done = true
  await customers
  await shop?.fault('payments-failing', 'off')
  await prometheus?.stop()
})

/** So that no window is without a payment; with the fault on most of them fail. */
async function keepBuying(): Promise<void> {
  while (!done) {
    await placeOrder(shop.url('gateway')).catch(() => undefined)
    await delay(200)
  }
}

/** What the status page shows of this test's alerts. */
async function shownAlerts() {
  const response = await fetch(`${shop.url('gateway')}/api/status`)
  const { alerts } = statusSchema.parse(await response.json())
  return alerts.filter((alert) => alert.severity === severity)
}

async function alertsIn(url: string): Promise<string[]> {
  const response = await fetch(`${url}/api/v2/alerts?filter=severity%3D%22${severity}%22`)
  const alerts = z.array(z.object({ labels: z.record(z.string(), z.string()) })).parse(await response.json())
  return alerts.map(({ labels }) => `${labels.alertname} ${labels.job}`)
}

test('payments-failing burns the budget; the alert is sent, shown, and resolved when the fault is off', async () => {
  const begin = Date.now()
  const seconds = () => Math.round((Date.now() - begin) / 1000)
  await shop.fault('payments-failing', 'on')
  await eventually('the alert at Alertmanager', TIMEOUT_MS, async () => {
    expect(await alertsIn(shop.url('alertmanager'))).toEqual(['ErrorBudgetBurn payments'])
  })
  const firing = { name: 'ErrorBudgetBurn', service: 'payments', severity, status: 'firing' }
  await eventually('the alert on the status page', TIMEOUT_MS, async () => {
    expect(await shownAlerts()).toMatchObject([firing])
  })
  const shownAfter = seconds()
  await shop.fault('payments-failing', 'off')
  await eventually('the end of it on the status page', TIMEOUT_MS, async () => {
    expect(await shownAlerts()).toMatchObject([{ ...firing, status: 'resolved', endsAt: expect.any(String) }])
  })
  console.log(
    `The alert was shown ${shownAfter} s after the fault began, and its end ${seconds() - shownAfter} s after its end.`,
  )
})
