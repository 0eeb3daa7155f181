/** The options of the mixin for the shop. */

import type { MixinOptions } from '../src/index.ts'

export const shop: MixinOptions = {
  // Not traffic, which serves no requests.
  services: ['gateway', 'orders', 'inventory', 'payments', 'notifier'],
  // As long as the shop's Prometheus keeps its samples.
  budgetWindow: '2d',
  name: 'shop',
  // Where Compose and host mode publish them by default.
  links: [
    { title: 'Storefront', url: 'http://127.0.0.1:8080' },
    { title: 'Status page', url: 'http://127.0.0.1:8080/status' },
    { title: 'Alertmanager', url: 'http://127.0.0.1:9093' },
    { title: 'Jaeger', url: 'http://127.0.0.1:16686' },
  ],
}
