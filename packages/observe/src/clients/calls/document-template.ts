/**
 * What may be kept of a filter or pipeline of MongoDB: its fields and operators, every value replaced by `?`.
 *
 *     { age: { $gt: 18 }, $or: [{ name: 'Ann' }, { name: 'Bob' }] }  gives  {"age":{"$gt":"?"},"$or":[{"name":"?"}]}
 */

const MAX_TEMPLATE = 2048
/** Hand-written queries are smaller; those that are built from a request may be larger. */
const MAX_DEPTH = 8
const MAX_ITEMS = 64

export function documentTemplate(document: object): string {
  const text = JSON.stringify(templateOf(document, 0))
  return text.length > MAX_TEMPLATE ? `${text.slice(0, MAX_TEMPLATE - 1)}…` : text
}

function templateOf(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return '?'
  if (Array.isArray(value)) return itemsOf(value, depth)
  const prototype: unknown = Object.getPrototypeOf(value)
  // Dates, ids, regular expressions and other instances are values.
  if (prototype !== null && prototype !== Object.prototype) return '?'
  const fields = Object.entries(value).slice(0, MAX_ITEMS)
  return Object.fromEntries(fields.map(([key, own]) => [key, templateOf(own, depth + 1)]))
}

/** Items with one template are kept once, so that lists of any length have one template. */
function itemsOf(items: unknown[], depth: number): unknown[] {
  const seen = new Map<string, unknown>()
  for (const item of items.slice(0, MAX_ITEMS)) {
    const template = templateOf(item, depth + 1)
    seen.set(JSON.stringify(template), template)
  }
  return [...seen.values()]
}
