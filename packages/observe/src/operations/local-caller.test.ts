/** A page of a browser cannot change the level, whatever name it gives to this machine; an operator's tool can. */
import { expect, test } from 'vitest'
import { refusalOf } from './local-caller.ts'

test.each([
  'localhost:9464',
  '127.0.0.1:9464',
  '[::1]:9464',
  '10.1.2.3',
  'orders',
  'orders.shop.svc',
  'a.internal:9464',
])('%s is a name of this machine', (host) => expect(refusalOf({ host })).toBeUndefined())

test.each(['evil.example:9464', 'orders.shop', '127.0.0.1.evil.example', '', ':', undefined])(
  '%s is refused',
  (host) => {
    expect(refusalOf(host === undefined ? {} : { host })).toContain('Use localhost')
  },
)

test('a page of this machine is refused, too', () => {
  expect(refusalOf({ host: 'localhost:9464', origin: 'http://localhost:3000' })).toContain('Pages of a browser')
})
