/** The options of the mixin for the shop. */

import { portOf, servers } from '@demo/shop'
import type { MixinOptions } from '../src/index.ts'

const storefront = `http://127.0.0.1:${portOf('gateway')}`

export const shop: MixinOptions = {
  // Not traffic, which serves no requests.
  services: [...servers],
  // As long as the shop's Prometheus keeps its samples.
  budgetWindow: '2d',
  name: 'shop',
  // Where Compose and host mode publish them by default.
  links: [
    { title: 'Storefront', url: storefront },
    { title: 'Status page', url: `${storefront}/status` },
    { title: 'Alertmanager', url: 'http://127.0.0.1:9093' },
    { title: 'Jaeger', url: 'http://127.0.0.1:16686' },
  ],
}
