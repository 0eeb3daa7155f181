/**
 * Ports for what the tests start: below the range that the system hands out to clients, so that nobody takes one before
 * its owner starts, and from a place that is another in each process, so that two runs beside each other rarely meet.
 */

import getPort, { portNumbers } from 'get-port'

const [lowest, highest] = [25_000, 32_000]
/** More than one process needs. */
const width = 200
const first = lowest + Math.floor(Math.random() * (highest - lowest - width))

export function freePort(): Promise<number> {
  return getPort({ port: portNumbers(first, first + width) })
}
