/**
 * One colour for each service, the same on every page and after a reload. A name hashes to a slot; where another service
 * sits there already the next free slot is taken, so that twenty services never share a colour.
 */

import { readStored, writeStored } from './stored.ts'

/** As many as theme.css defines: `--svc-0` and up. */
const SLOTS = 20

const slots = new Map<string, number>(saved())

function saved(): [string, number][] {
  try {
    const entries: unknown = JSON.parse(readStored('services') ?? '[]')
    if (!Array.isArray(entries)) return []
    return entries.filter((entry) => typeof entry[0] === 'string' && Number.isInteger(entry[1])).slice(0, SLOTS)
  } catch {
    return []
  }
}

function slotOf(service: string): number {
  const known = slots.get(service)
  if (known !== undefined) return known
  // Another tab may have met the service first.
  for (const [name, slot] of saved()) slots.set(name, slot)
  const met = slots.get(service)
  if (met !== undefined) return met
  let hash = 7
  for (const letter of service) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0
  let slot = hash % SLOTS
  const taken = new Set(slots.values())
  while (taken.size < SLOTS && taken.has(slot)) slot = (slot + 1) % SLOTS
  slots.set(service, slot)
  writeStored('services', JSON.stringify([...slots].slice(0, SLOTS)))
  return slot
}

/** The class that sets `--svc` to the service's colour. */
export function serviceClass(service: string): string {
  return `svc svc-${slotOf(service)}`
}

/** The CSS variable of the service's colour, for charts. */
export function serviceColour(service: string): string {
  return `--svc-${slotOf(service)}`
}
