/**
 * The shop's business: what it sells, whether people get what they came for, and what it runs out of. It is built as the
 * dashboards of the mixin are, and any service's own could be.
 */

import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { dashboard, type Row } from '../src/dashboards/dashboard.ts'
import { figure } from '../src/dashboards/figures.ts'
import { graph } from '../src/dashboards/graph.ts'
import { boardUrl, dataLink } from '../src/dashboards/links.ts'
import { increase, rate, share } from '../src/dashboards/promql.ts'
import { series } from '../src/dashboards/queries.ts'
import type { Settings } from '../src/options.ts'
import { goodsRows } from './goods.ts'

export function businessDashboard(settings: Settings): Dashboard {
  return dashboard(settings, {
    uid: `${settings.name}-business`,
    title: 'Business',
    description: 'Orders, revenue, payments, stock and receipts of the shop.',
    sources: ['prometheus'],
    rows: [now, orders(settings), ...goodsRows(settings)],
  })
}

const confirmed = 'shop_orders_total{outcome="confirmed"}'

/** In units of the currency; it is counted in cents. */
function revenue(counted: string) {
  return `${counted} / 100`
}

const now: Row = {
  title: 'In the time range shown',
  panels: [
    figure({
      title: 'Orders placed',
      description: 'Orders that were paid and confirmed.',
      width: 6,
      unit: 'none',
      queries: [series(`round(${increase('', confirmed)})`, 'orders')],
    }),
    figure({
      title: 'Revenue',
      description: 'Value of the confirmed orders.',
      width: 6,
      unit: 'currencyEUR',
      queries: [series(revenue(increase('', 'shop_revenue_cents_total')), 'revenue')],
    }),
    figure({
      title: 'Mean value of an order',
      description: 'Revenue by confirmed order.',
      width: 6,
      unit: 'currencyEUR',
      queries: [
        series(revenue(`${increase('', 'shop_revenue_cents_total')} / (${increase('', confirmed)} > 0)`), 'order'),
      ],
    }),
    figure({
      title: 'Visits that end with an order',
      description: 'Of all visits of the shoppers that `traffic` sends. About four in ten when the shop is well.',
      width: 6,
      unit: 'percentunit',
      limits: [0.2, 0.1],
      queries: [series(share('', 'shop_visits_total{outcome="ordered"}', 'shop_visits_total'), 'ordered')],
    }),
  ],
}

function orders(settings: Settings): Row {
  const links = [dataLink('Service orders', boardUrl(settings, 'service', { service: 'orders' }))]
  return {
    title: 'Orders and payments',
    panels: [
      graph({
        title: 'Orders by outcome',
        description: 'Orders per minute: confirmed, or why not. Only confirmed ones are many when all is well.',
        width: 8,
        unit: 'none',
        stacked: 'bars',
        colors: { '/^confirmed$/': 'green', '/^failed$/': 'red' },
        queries: [series(`60 * ${rate('outcome', 'shop_orders_total')}`, '{{outcome}}')],
        links,
      }),
      graph({
        title: 'Revenue',
        description: 'Value of confirmed orders per minute.',
        width: 8,
        unit: 'currencyEUR',
        queries: [series(revenue(`60 * ${rate('currency', 'shop_revenue_cents_total')}`), '{{currency}}')],
        links,
      }),
      graph({
        title: 'Payments by outcome',
        description: 'Payments per minute that were decided: authorized or declined.',
        width: 8,
        unit: 'none',
        stacked: 'bars',
        colors: { '/^authorized$/': 'green', '/^declined$/': 'orange' },
        queries: [series(`60 * ${rate('outcome', 'shop_payments_total')}`, '{{outcome}}')],
        links: [dataLink('Service payments', boardUrl(settings, 'service', { service: 'payments' }))],
      }),
      graph({
        title: 'Visits by how they ended',
        description: 'Visits per minute of the shoppers that `traffic` sends.',
        width: 12,
        unit: 'none',
        stacked: 'bars',
        queries: [series(`60 * ${rate('outcome', 'shop_visits_total')}`, '{{outcome}}')],
      }),
      graph({
        title: 'Orders taken back later',
        description: 'Orders that were left behind by a crash, found later and taken back. 0 is well.',
        width: 12,
        unit: 'none',
        limits: [1, 5],
        queries: [series(increase('', 'shop_orders_recovered_total', '5m'), 'orders')],
        links,
      }),
    ],
  }
}
