/** What the mixin is told of the shop. */

import type { MixinOptions } from '../src/index.ts'

export const shop: MixinOptions = {
  // Not traffic, which nobody asks anything.
  services: ['gateway', 'orders', 'inventory', 'payments', 'notifier'],
  // As long as the shop's Prometheus keeps its samples.
  budgetWindow: '2d',
}
