/**
 * Which service answers at an address, learned from calls of which both ends were seen. While the service is down its callers' spans name
 * the address only, and the map shows the service all the same.
 */

import type { Node } from './requests.ts'

/** Addresses known at most. */
const MOST_ADDRESSES = 1000

export class Addresses {
  /** Undefined where more than one service answered there, such as behind a load balancer. */
  readonly #services = new Map<Node, Node | undefined>()

  learn(address: Node | undefined, service: Node): void {
    if (!address) return
    if (!this.#services.has(address)) {
      if (this.#services.size < MOST_ADDRESSES) this.#services.set(address, service)
    } else if (this.#services.get(address) !== service) this.#services.set(address, undefined)
  }

  /** The service at this address, or the address itself where none is known. */
  nodeAt(address: Node): Node {
    return this.#services.get(address) ?? address
  }
}
