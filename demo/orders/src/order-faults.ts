/**
 * Faults and weaknesses that orders has a switch for.
 */

export const orderFaults = [
  'database-slow',
  'orders-lock',
  'n-plus-one',
  'missing-index',
  'small-pool',
  'blocking-hash',
  'lock-across-call',
  'eager-retry',
] as const
export type OrderFault = (typeof orderFaults)[number]
