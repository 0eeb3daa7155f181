/** What a service records of its requests, tested: `node --test users.test.mjs`. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, test } from 'node:test'
import { observeExpress } from '@lab/observe/express'
import { createTestObserve } from '@lab/observe/testing'
import express from 'express'

const obs = createTestObserve()
const placed = obs.counter('orders.placed')
const app = express().use(observeExpress(obs))
app.get('/users/:id', (request, response) => {
  if (request.params.id === '0') throw new RangeError('there is no user 0')
  obs.log.info({ user: request.params.id }, 'found')
  placed.add(1, { outcome: 'confirmed' })
  response.json({ id: request.params.id })
})

/** Starts the app on any free port, asks it once and stops it. */
async function get(path) {
  const server = app.listen(0)
  await once(server, 'listening')
  const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`)
  await response.text()
  server.close()
}

afterEach(() => obs.reset())

test('a request is one span and one log line, with the same route and ids', async () => {
  await get('/users/7?secret=1')
  await obs.until(() => obs.spans.length > 0)
  const [span] = obs.spans
  assert.equal(span.name, 'GET /users/:id')
  assert.equal(span.attributes['url.path'], '/users/7')
  const [found, completed] = obs.lines
  assert.equal(found.msg, 'found')
  assert.equal(found.trace_id, span.traceId)
  assert.equal(completed.route, '/users/:id')
  assert.equal(completed.trace_id, span.traceId)
})

test('an error is on the span and on the line', async () => {
  await get('/users/0')
  await obs.until(() => obs.spans.length > 0)
  assert.equal(obs.spans[0].status, 'error')
  assert.equal(obs.spans[0].attributes['error.type'], 'RangeError')
  assert.equal(obs.lines.at(-1).err.message, 'there is no user 0')
})

test('a metric of your own', async () => {
  await get('/users/7')
  const { body } = await obs.scrape()
  assert.match(body, /^orders_placed_total\{outcome="confirmed"\} 2$/m)
})
