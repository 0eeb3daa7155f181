/**
 * A crowd of shoppers: each visits the shop, leaves, and is followed by the next, until the crowd is stopped. A
 * closed loop, so that a slow shop is asked less, not more.
 */

import type { Observe } from '@lab/observe'
import { ClosedShop } from './closed-shop.ts'
import { ShopClient } from './shop-client.ts'
import { think } from './think.ts'
import { type Outcome, visit } from './visit.ts'

export interface ShoppersOptions {
  readonly obs: Observe
  readonly gatewayUrl: string
  /** How many are in the shop at once. */
  readonly shoppers: number
  readonly signal: AbortSignal
  /**
   * Mean time in milliseconds that a shopper thinks between two requests. With 5 shoppers and the default this is 2 to 3
   * requests a second, and an order every 2 to 3 seconds.
   */
  readonly thinkTime?: number
}

/** Resolves once `signal` is aborted and no shopper is left in the shop. */
export async function runShoppers({
  obs,
  gatewayUrl,
  shoppers,
  signal,
  thinkTime = 2000,
}: ShoppersOptions): Promise<void> {
  const closed = new ClosedShop(obs, signal)
  const visits = obs.counter('shop.visits', { description: 'Visits to the shop, by how they ended.', unit: '{visit}' })
  const pause = () => think(thinkTime, signal)

  async function shopper(): Promise<void> {
    const client = new ShopClient(gatewayUrl, { closed, signal })
    await pause()
    while (!signal.aborted) {
      const outcome: Outcome = await visit({ obs, client, pause })
      if (signal.aborted) return
      visits.add(1, { outcome })
      if (outcome === 'closed') await closed.wait()
    }
  }
  await Promise.all(Array.from({ length: shoppers }, () => endWhenAborted(shopper(), signal)))
}

/** An abort in the middle of a visit is a way to leave, not an error. */
async function endWhenAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  await work.catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
