/**
 * A name for a customer that may stand in traces and logs: the same for the same e-mail address, and it does not give the address away.
 * Addresses can be guessed, so the hash has to be slow; and what is slow must not run on the event loop, where it keeps every other
 * request waiting. The weakness `blocking-hash` runs it there.
 */

import { scrypt, scryptSync } from 'node:crypto'
import { promisify } from 'node:util'

const SALT = 'customer reference'
const BYTES = 8
/** About 20 ms on one core. */
const COST = { N: 2 ** 13, r: 8, p: 1 }

const hash = promisify<string, string, number, typeof COST, Buffer>(scrypt)

export async function customerReference(email: string, isBlocking: boolean): Promise<string> {
  const bytes = isBlocking ? hashBlocking(email) : await hash(email, SALT, BYTES, COST)
  return bytes.toString('hex')
}

/** A function of its own, so that a profile names it. */
function hashBlocking(email: string): Buffer {
  return scryptSync(email, SALT, BYTES, COST)
}
