/**
 * The built gateway as a process: what it says when it cannot start, and how it leaves.
 */

import { once } from 'node:events'
import { connect } from 'node:net'
import { freePort } from '@lab/test-kit/free-port'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { closePeers, type Peers, startPeers, urlsOf } from './peers.ts'
import { type ServiceProcess, startService } from './service-process.ts'

let peers: Peers
let gateway: ServiceProcess | undefined

beforeEach(async () => {
  peers = await startPeers()
})

afterEach(async () => {
  await gateway?.stop()
  await closePeers(peers)
})

test('on SIGTERM answers what is under way, takes nothing new and ends with 0', async () => {
  const port = await start()
  const finish = Promise.withResolvers<void>()
  const received = Promise.withResolvers<void>()
  peers.inventory.on('GET /products', (_request, response) => {
    received.resolve()
    void finish.promise.then(() => response.end('[]'))
    return undefined
  })
  const underWay = fetch(`http://127.0.0.1:${port}/api/products`)
  await received.promise
  const exitCode = gateway?.stop()
  await expect.poll(() => isTaken(port), { timeout: 10_000 }).toBe(false)
  finish.resolve()
  const response = await underWay
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual([])
  expect(await exitCode).toBe(0)
  const messages = gateway?.lines().map(({ msg }) => msg)
  expect(messages).toContain('request completed')
  expect(messages?.at(-1)).toBe('stopped')
})

test('an idle keep-alive connection does not hold it', async () => {
  const port = await start()
  const idle = connect(port, '127.0.0.1')
  idle.write('GET /assets/icon.svg HTTP/1.1\r\nhost: shop\r\n\r\n')
  await once(idle, 'data')
  expect(await gateway?.stop()).toBe(0)
  const messages = gateway?.lines().map(({ msg }) => msg)
  expect(messages).toContain('stopped')
  expect(messages).not.toContain('cut off the requests that were still in flight')
  idle.destroy()
})

test('a wrong environment is reported variable by variable', async () => {
  gateway = await startService('gateway', { PORT: 'eighty', ORDERS_URL: 'orders' })
  await expect(gateway.ready()).rejects.toThrow(/PORT is "eighty".*ORDERS_URL is "orders"/s)
})

test('a taken port is named', async () => {
  const port = Number(new URL(peers.orders.url).port)
  gateway = await startService('gateway', { PORT: String(port), OTEL_TRACES_EXPORTER: 'none' })
  await expect(gateway.ready()).rejects.toThrow(`127.0.0.1:${port}`)
})

async function start(): Promise<number> {
  const port = await freePort()
  const { orders, inventory, payments, notifier } = urlsOf(peers)
  gateway = await startService('gateway', {
    PORT: String(port),
    ORDERS_URL: orders,
    INVENTORY_URL: inventory,
    PAYMENTS_URL: payments,
    NOTIFIER_URL: notifier,
    OTEL_TRACES_EXPORTER: 'none',
  })
  await gateway.ready()
  return port
}

/** Whether a server accepts connections there. */
async function isTaken(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
