/**
 * No value of a filter or pipeline may get through, and what comes from outside cannot make a template large.
 */
import { expect, test } from 'vitest'
import { documentTemplate } from './document-template.ts'

class Id {
  readonly hex = 'secret'
}

test.each([
  [{}, '{}'],
  [
    { name: 'secret', age: 5, at: new Date(), id: new Id(), like: /secret/, none: null },
    '{"name":"?","age":"?","at":"?","id":"?","like":"?","none":"?"}',
  ],
  [{ age: { $gt: 18, $in: [1, 2, 'secret'] } }, '{"age":{"$gt":"?","$in":["?"]}}'],
  [{ $or: [{ a: 1 }, { a: 2 }, { b: { $ne: 3 } }] }, '{"$or":[{"a":"?"},{"b":{"$ne":"?"}}]}'],
  [
    [{ $match: { a: 1 } }, { $group: { _id: '$a', n: { $sum: 1 } } }],
    '[{"$match":{"a":"?"}},{"$group":{"_id":"?","n":{"$sum":"?"}}}]',
  ],
  [Object.assign(Object.create(null), { a: 1n }), '{"a":"?"}'],
])('the template of document %#', (document, template) => {
  expect(documentTemplate(document)).toBe(template)
})

test('a document of any size gives a template of bounded length', () => {
  const cycle: Record<string, unknown> = { name: 'secret' }
  cycle.self = cycle
  const wide = Object.fromEntries(Array.from({ length: 1e5 }, (_, at) => [`field${at}`.padEnd(100, 'x'), 'secret']))
  const long = { $in: Array.from({ length: 1e6 }, (_, at) => ({ [`f${at}`]: 'secret' })) }
  for (const document of [cycle, wide, long]) {
    const template = documentTemplate(document)
    expect(template.length).toBeLessThanOrEqual(2048)
    expect(template).not.toContain('secret')
  }
})
