/**
 * What the shop has and sends: stock, the cache of the catalogue, receipts.
 */

import type { Row } from '../src/dashboards/dashboard.ts'
import { bars } from '../src/dashboards/figures.ts'
import { graph } from '../src/dashboards/graph.ts'
import { boardUrl, dataLink } from '../src/dashboards/links.ts'
import { increase, rate } from '../src/dashboards/promql.ts'
import { series, value } from '../src/dashboards/queries.ts'
import type { Settings } from '../src/options.ts'

export function goodsRows(settings: Settings): Row[] {
  return [stock(settings), receipts(settings)]
}

function stock(settings: Settings): Row {
  const links = [dataLink('Service inventory', boardUrl(settings, 'service', { service: 'inventory' }))]
  return {
    title: 'Stock',
    panels: [
      bars({
        title: 'Stock by product',
        description: 'Pieces that can be sold now. What runs low is ordered again automatically.',
        width: 8,
        height: 10,
        unit: 'none',
        limits: [50, 10],
        queries: [value('sort(min by (sku) (shop_inventory_stock))', '{{sku}}')],
        links,
      }),
      graph({
        title: 'Stock',
        description: 'It falls with every order and jumps when it is filled up.',
        width: 8,
        height: 10,
        unit: 'none',
        queries: [series('min by (sku) (shop_inventory_stock)', '{{sku}}')],
        links,
      }),
      graph({
        title: 'Restocks',
        description: 'How often a product was filled up in five minutes. Empty until the first one runs low.',
        width: 4,
        height: 10,
        unit: 'none',
        queries: [series(increase('sku', 'shop_inventory_restocks_total', '5m'), '{{sku}}')],
        links,
      }),
      graph({
        title: 'Reads of the cache',
        description:
          'Share of the reads of the catalogue by where they were answered: `hit` from memory, `stale` from memory while it is read again, `miss` from the database.',
        width: 4,
        height: 10,
        unit: 'percentunit',
        stacked: 'lines',
        max: 1,
        queries: [
          series(
            `${rate('outcome', 'shop_inventory_cache_reads_total')} / ignoring (outcome) group_left () ${rate('', 'shop_inventory_cache_reads_total')}`,
            '{{outcome}}',
          ),
        ],
        links,
      }),
    ],
  }
}

function receipts(settings: Settings): Row {
  const links = [dataLink('Service notifier', boardUrl(settings, 'service', { service: 'notifier' }))]
  return {
    title: 'Receipts',
    panels: [
      graph({
        title: 'Receipts sent',
        description: 'Per minute; as many as confirmed orders.',
        width: 8,
        unit: 'none',
        queries: [series(`60 * ${rate('', 'shop_receipts_sent_total')}`, 'sent')],
        links,
      }),
      graph({
        title: 'Receipts that wait',
        description: 'Length of the queue. What only rises means that the notifier is away or too slow.',
        width: 8,
        unit: 'none',
        limits: [20, 100],
        queries: [series('max(shop_receipts_queue_depth)', 'waiting')],
        links,
      }),
      graph({
        title: 'Oldest receipt that waits',
        description: 'How long a customer has waited for a receipt.',
        width: 8,
        unit: 's',
        limits: [10, 60],
        queries: [series('max(shop_receipts_queue_oldest_age_seconds)', 'oldest')],
        links,
      }),
    ],
  }
}
