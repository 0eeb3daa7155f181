/**
 * Orders as a process: it leaves in good order, survives a crash without losing anybody's money, and says what is wrong
 * when it cannot start.
 */

import { createServer } from 'node:net'
import { freePort } from '@lab/test-kit/free-port'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runService, startService } from './service.ts'
import { goodCard, openShop, order, type Shop } from './shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})

afterEach(() => shop.payments.goOn())

afterAll(async () => {
  await shop.close()
})

async function pendingOrder(): Promise<string> {
  const find = async () => {
    const { rows } = await shop.database.query<{ id: string }>("select id from orders.orders where status = 'pending'")
    return rows[0]?.id ?? ''
  }
  await expect.poll(find).not.toBe('')
  return find()
}

test('on SIGTERM it finishes the order in flight, takes no further one and exits with 0', async () => {
  const orders = await startService('orders', shop.environment)
  shop.payments.pause()
  const answer = order(orders.url, 'matcha-uji')
  await pendingOrder()
  const exitCode = orders.stop('SIGTERM')
  await expect.poll(() => orders.output()).toContain('"msg":"stopping"')
  // Through a notice period it still answers, so that a load balancer has time to take it out.
  await expect
    .poll(() =>
      fetch(`${orders.url}/orders/one`).then(
        () => 'answers',
        () => 'refused',
      ),
    )
    .toBe('refused')
  shop.payments.goOn()
  const { status, body } = await answer
  expect(status).toBe(201)
  expect(await exitCode).toBe(0)
  expect(await shop.jobs([body.id])).toHaveLength(1)
  expect(orders.output()).toContain(`"orderId":"${body.id}"`)
  expect(orders.output()).toContain('"msg":"stopped"')
})

test('an order that a crash cut short is taken back: no stock kept, no charge possible', async () => {
  const stock = await shop.stockOf('scale-timer')
  const crashing = await startService('orders', shop.environment)
  shop.payments.pause()
  const answer = order(crashing.url, 'scale-timer').catch(() => 'cut off')
  const id = await pendingOrder()
  await expect.poll(() => shop.stockOf('scale-timer')).toBe(stock - 1)
  await crashing.stop('SIGKILL')
  expect(await answer).toBe('cut off')
  shop.payments.goOn()

  // As if it had been left for long enough.
  await shop.database.query("update orders.orders set created_at = created_at - interval '1 h' where id = $1", [id])
  const orders = await startService('orders', shop.environment)
  await expect.poll(() => shop.stockOf('scale-timer')).toBe(stock)
  await expect.poll(() => orders.output()).toContain('took back an order that was left behind')
  expect(await (await fetch(`${orders.url}/orders/${id}`)).json()).toMatchObject({ status: 'failed' })
  const late = await fetch(`${shop.payments.url}/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ orderId: id, amountCents: 4900, currency: 'EUR', card: goodCard }),
  })
  expect(late.status).toBe(409)
  expect(await orders.stop()).toBe(0)
})

test('orders survives a restart of its database connections', async () => {
  const orders = await startService('orders', shop.environment)
  expect(await order(orders.url, 'matcha-uji')).toMatchObject({ status: 201 })
  await shop.database.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()')
  await expect.poll(async () => (await order(orders.url, 'matcha-uji')).status).toBe(201)
  expect(await orders.stop()).toBe(0)
})

test('says which settings are missing or wrong, all at once', async () => {
  const { output, exitCode } = await runService('orders', [], { PORT: 'eighty', INVENTORY_URL: 'inventory:8082' })
  expect(exitCode).toBe(1)
  expect(output).toContain('DATABASE_URL is not set: expected a URL such as postgres://')
  expect(output).toContain('PORT is "eighty": expected a port, 0 to 65535')
  expect(output).toContain('INVENTORY_URL is "inventory:8082": expected a URL such as http://127.0.0.1:8082')
  expect(await runService('gateway', ['migrate'])).toMatchObject({
    exitCode: 1,
    output: expect.stringContaining('Cannot do "migrate". It takes no argument.'),
  })
})

test('says which port is taken', async () => {
  const port = await freePort()
  const holder = createServer().listen(port, '127.0.0.1')
  const { output, exitCode } = await runService('payments', [], { PORT: String(port), DATABASE_URL: shop.databaseUrl })
  expect(exitCode).toBe(1)
  expect(output).toContain(`Cannot listen on 127.0.0.1:${port}: listen EADDRINUSE`)
  await new Promise((resolve) => holder.close(resolve))
})
