/** The load generator's process, one for all runs: takes an order, works it off, tells the result. */
import { type CountOrder, fixedCount } from './fixed-count.ts'
import { fixedRate, type RateOrder } from './fixed-rate.ts'

export type Order = ({ kind: 'count' } & CountOrder) | ({ kind: 'rate' } & RateOrder)

process.on('message', (order: Order) => {
  const result = order.kind === 'count' ? fixedCount(order) : fixedRate(order)
  void result.then((figures) => process.send?.(figures))
})
process.on('disconnect', () => process.exit())
