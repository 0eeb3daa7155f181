/**
 * The grammar of docs/search.md, sentence by sentence, and what people paste.
 */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from './grammar.ts'
import { type Search, termsOf } from './search.ts'

/** A search as one writes mathematics. */
function show(search: Search): string {
  if (search.kind === 'not') return `!${show(search.of)}`
  if (search.kind !== 'term') return `${search.kind}(${search.of.map(show).join(', ')})`
  const { key, comparison, value, wildcard } = search
  if (key === null) return `'${value}'`
  return comparison === 'exists' ? `${key} exists` : `${key} ${comparison}${wildcard ? '*' : ''} ${value}`
}

test.each([
  ['', 'all()'],
  ['slow', "all('slow')"],
  ['service:orders', 'all(service = orders)'],
  ['service=orders', 'all(service = orders)'],
  ['service:=orders service!=b', 'all(service = orders, service != b)'],
  ['-status:error', 'all(!status = error)'],
  ['NOT status:error', 'all(!status = error)'],
  ['duration:>=250ms duration<1s', 'all(duration >= 250ms, duration < 1s)'],
  ['route:"GET /a b"', 'all(route = GET /a b)'],
  ['"a \\"quoted\\" phrase"', 'all(\'a "quoted" phrase\')'],
  ['a b AND c', "all('a', 'b', 'c')"],
  ['a OR b c', "any(all('a'), all('b', 'c'))"],
  ['(a OR b) -(c d)', "all(any(all('a'), all('b')), !all('c', 'd'))"],
  ['(service:a OR service:b) c', "all(any(all(service = a), all(service = b)), 'c')"],
  ['http.route:/api/*', 'all(http.route =* /api/*)'],
  ['http.route:"/api/*"', 'all(http.route = /api/*)'],
  ['user.id:*', 'all(user.id exists)'],
  ['db.query.text~stock', 'all(db.query.text ~ stock)'],
  [
    '"my key":1 größe:5 @timestamp:6 k8s.pod/name_x:a:b',
    'all(my key = 1, größe = 5, @timestamp = 6, k8s.pod/name_x = a:b)',
  ],
  ['tenant.id:acme && db.system.name:postgresql', 'across(all(tenant.id = acme), all(db.system.name = postgresql))'],
  // What is pasted.
  ['GET /items/:id', "all('GET', '/items/:id')"],
  ['https://shop.example/pay?x=1', "all('https://shop.example/pay?x=1')"],
  ['127.0.0.1:5432', "all('127.0.0.1:5432')"],
  [
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    "all('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01')",
  ],
  ['(node:42) Warning: gone', "all(all(node = 42), 'Warning:', 'gone')"],
  ['at place (/app/a.js:1:2)', "all('at', 'place', all('/app/a.js:1:2'))"],
  ['f(x) (unclosed', "all('f(x)', '(unclosed')"],
  ['--flag -', "all('--flag', '-')"],
  ['> 5 ) ] "', `all('>', '5', ')', ']', '"')`],
  ['foo: bar', "all('foo:', 'bar')"],
  ['{"a":"b c"}', `all('{"a":"b', 'c"}')`],
  ['支払い 🔥', "all('支払い', '🔥')"],
])('%j', (text, meaning) => {
  expect(show(parse(text))).toBe(meaning)
})

test('every example of the documentation has the meaning that stands next to it', () => {
  const page = readFileSync(new URL('../../docs/search.md', import.meta.url), 'utf8')
  const examples = [...page.matchAll(/^\| `([^`]+)` \| `([^`]+)` \|/gm)].map(([, text = '', meaning = '']) => [
    text,
    meaning,
  ])
  expect(examples.length).toBeGreaterThan(10)
  expect(examples.map(([text = '']) => [text, show(parse(text))])).toEqual(examples)
})

test('any text is a search, and each of its terms is where it says', () => {
  let seed = 7
  const pick = (choices: string[]) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return choices[seed % choices.length] ?? ''
  }
  const pieces = [
    '(',
    ')',
    '"',
    '-',
    ' ',
    'OR',
    ' OR ',
    'a',
    'key:',
    '>',
    '=',
    '\\',
    '*',
    '&&',
    ':',
    '/',
    'é',
    '😀',
    'NOT ',
  ]
  for (let round = 0; round < 3000; round++) {
    const text = Array.from({ length: 12 }, () => pick(pieces)).join('')
    for (const { from, to, text: own } of termsOf(parse(text)))
      expect(text.slice(from, to)).toMatch(new RegExp(`^-*${own.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`))
  }
})
