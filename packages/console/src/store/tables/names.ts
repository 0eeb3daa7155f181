/**
 * Ids for what repeats: processes, scopes, operations and roll-up keys are stored once per segment. The ids are
 * remembered, so an instance must not outlive a transaction that was rolled back.
 */

import type { Resource } from '../../otlp/record.ts'
import { hashField } from '../search/blocks.ts'
import type { Statements } from '../segments/database.ts'

export interface Named {
  id: number
  /** Hashes of the fields that every row with this name has, for the block's filter. */
  fields: number[]
}

/** What is counted. */
export type KeyKind = 'service' | 'route' | 'edge' | 'logs' | 'error'

/** More distinct names than this are not remembered but looked up, so that memory stays bounded. */
const REMEMBERED = 20_000

/** Roll-ups per segment. A program that puts ids into span names would otherwise fill the disk with cells. */
const MOST_KEYS = 20_000
const TOO_MANY = '(too many different names)'

export class Names {
  readonly #statements: Statements
  readonly #resources = new Map<string, Named>()
  readonly #byObject = new WeakMap<Resource, Named>()
  readonly #scopes = new Map<string, number>()
  readonly #operations = new Map<string, Named>()
  readonly #keys = new Map<string, number>()
  readonly #attributeKeys = new Set<string>()

  constructor(statements: Statements) {
    this.#statements = statements
  }

  resource(resource: Resource): Named {
    let named = this.#byObject.get(resource)
    if (named) return named
    const attributes = JSON.stringify(resource.attributes)
    for (const key in resource.attributes) this.attributeKey('resources', key)
    named = remember(this.#resources, attributes, () => ({
      id: this.#idOf('resources', 'attributes, service', attributes, resource.service),
      fields: [
        hashField('service', resource.service),
        ...Object.entries(resource.attributes).map(([key, value]) => hashField(key, value)),
      ],
    }))
    this.#byObject.set(resource, named)
    return named
  }

  scope(name: string): number {
    return remember(this.#scopes, name, () => this.#idOf('scopes', 'name', name))
  }

  operation(service: string, name: string, kind: number, route: string): Named {
    return remember(this.#operations, `${service}\0${name}\0${kind}\0${route}`, () => {
      const id = this.#idOf('operations', 'service, name, kind, route', service, name, kind, route)
      return { id, fields: [hashField('operation', id)] }
    })
  }

  key(kind: KeyKind, owner: string, name: string): number {
    return remember(this.#keys, `${kind}\0${owner}\0${name}`, () => {
      const id = this.#idOf('keys', 'kind, owner, name', kind, owner, name)
      return id < MOST_KEYS || name === TOO_MANY ? id : this.key(kind, owner, TOO_MANY)
    })
  }

  /** Notes that a record has the key, so that a search knows it for a field. */
  attributeKey(signal: 'spans' | 'logs' | 'resources', key: string): void {
    const id = `${signal} ${key}`
    if (this.#attributeKeys.has(id)) return
    if (this.#attributeKeys.size >= REMEMBERED) this.#attributeKeys.clear()
    this.#attributeKeys.add(id)
    this.#statements.run('INSERT OR IGNORE INTO attribute_keys (signal, key) VALUES (?, ?)', signal, key)
  }

  #idOf(table: string, columns: string, ...values: (string | number)[]): number {
    const places = values.map(() => '?').join(', ')
    const where = columns.replaceAll(', ', ' = ? AND ')
    const found = this.#statements.row<[number]>(`SELECT id FROM ${table} WHERE ${where} = ?`, ...values)
    return found?.[0] ?? this.#statements.run(`INSERT INTO ${table} (${columns}) VALUES (${places})`, ...values)
  }
}

function remember<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    if (map.size >= REMEMBERED) map.clear()
    map.set(key, value)
  }
  return value
}
