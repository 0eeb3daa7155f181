/**
 * Mount paths that older routers have not kept, read from what they made of them: regular expressions as path-to-regexp
 * 0.1.7 and 0.1.13 (Express 4) write them, and the functions of the real router 2.2.
 */
import Layer from 'router22/lib/layer.js'
import { expect, test } from 'vitest'
import { patternOfExpress4, patternOfMatcher } from './express-pattern.ts'

function keys(...names: string[]) {
  return names.map((name) => ({ name }))
}

test.each([
  [/^\/admin\/?(?=\/|$)/i, [], '/admin'],
  [/^\/t\/(?:([^/]+?))\/?(?=\/|$)/i, ['tenant'], '/t/:tenant'],
  [/^\/t(?:\/([^/]+?))\/v(?:\/(\d+))\/?(?=\/|$)/i, ['tenant', 'version'], '/t/:tenant/v/:version'],
  [/^\/files\/a\.b\/?(?=\/|$)/i, [], '/files/a.b'],
  [/^\/exact$/, [], '/exact'],
])('%s', (regexp, names, pattern) => {
  const path = pattern.replace(/:\w+/g, '1')
  expect(patternOfExpress4(regexp, keys(...names), path)).toBe(pattern)
})

test.each([
  /^\/p\/(?:([^/]+?))\/?(?=\/|$)|^\/q\/(?:([^/]+?))\/?(?=\/|$)/i,
  /(?:^\/p\/([^/]+?)\/?(?=\/|$)|^\/q\/([^/]+?)\/?(?=\/|$))/i,
])('of the list %s the path that matches', (regexp) => {
  expect(patternOfExpress4(regexp, keys('first', 'second'), '/p/1')).toBe('/p/:first')
  expect(patternOfExpress4(regexp, keys('first', 'second'), '/q/1')).toBe('/q/:second')
  expect(patternOfExpress4(regexp, keys('first', 'second'), '/r/1')).toBeUndefined()
})

test.each([
  ['/admin', '/ADMIN/x', '/admin'],
  ['/t/:tenant', '/t/t/x', '/t/:tenant'],
  ['/:a/:b', '/same/same', '/:a/:b'],
  ['/users/:user/books/:book', '/users/books/books/users/more', '/users/:user/books/:book'],
  ['/files/:name.:kind', '/files/a.b', undefined],
  ['/other', '/admin', undefined],
])('router 2.2: %s', (mounted, path, pattern) => {
  const [matcher] = new Layer(mounted, { end: false }, () => undefined).matchers
  expect(matcher && patternOfMatcher(matcher, path)).toBe(pattern)
})
