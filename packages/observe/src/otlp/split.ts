/**
 * Splits an export request that an endpoint refuses as too large (413). Requests of all three signals have the same shape:
 * resources, in them scopes, in them records (ResourceSpans, ScopeSpans, Span and their siblings).
 */

import { ProtobufWriter } from './protobuf.ts'
import { type Field, fieldsOf } from './protobuf-reader.ts'

/** Field of the records in a scope, of the scopes in a resource, of the resources in a request. */
const RECORD = 2
const SCOPE = 2
const RESOURCE = 1

/** A request that holds the `from`th to `to`th record of `request`, with their resources and scopes. */
export function slice(request: Buffer, from: number, to: number): Buffer {
  let index = 0
  return rewritten(request, RESOURCE, (resource) => {
    const scopes = rewritten(resource, SCOPE, (scope) => {
      const kept = rewritten(scope, RECORD, (record) => {
        index += 1
        return index > from && index <= to ? record : undefined
      })
      return has(kept, RECORD) ? kept : undefined
    })
    return has(scopes, SCOPE) ? scopes : undefined
  })
}

/** How many records there are in a request. */
export function recordCount(request: Buffer): number {
  let count = 0
  for (const resource of contents(request, RESOURCE)) {
    for (const scope of contents(resource, SCOPE)) count += contents(scope, RECORD).length
  }
  return count
}

/** Fields of a metric that hold its points: gauge, sum, histogram, exponential histogram, summary. */
const POINT_LISTS = new Set([5, 7, 9, 10, 11])

/** How many data points there are in a request with metrics. */
export function pointCount(request: Buffer): number {
  let count = 0
  for (const resource of contents(request, RESOURCE)) {
    for (const scope of contents(resource, SCOPE)) {
      for (const metric of contents(scope, RECORD)) {
        for (const { number, content } of fieldsOf(metric)) {
          if (POINT_LISTS.has(number)) count += contents(content, 1).length
        }
      }
    }
  }
  return count
}

/** `message` with each field `number` replaced; `undefined` leaves it out. */
function rewritten(message: Buffer, number: number, replace: (content: Buffer) => Buffer | undefined): Buffer {
  const writer = new ProtobufWriter(message.length + 16)
  for (const field of fieldsOf(message)) {
    if (field.number !== number) writer.raw(field.raw)
    else {
      const content = replace(field.content)
      if (content !== undefined) writer.bytes(number, content)
    }
  }
  return writer.close()
}

function contents(message: Buffer, number: number): Buffer[] {
  return Array.from(fieldsOf(message))
    .filter((field: Field) => field.number === number)
    .map(({ content }) => content)
}

function has(message: Buffer, number: number): boolean {
  for (const field of fieldsOf(message)) if (field.number === number) return true
  return false
}
