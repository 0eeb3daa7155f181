/**
 * Log lines that the library does not write: a pino of the user's own, Fastify's logger and NestJS's. Each line within a
 * request carries the ids of its trace.
 */
import 'reflect-metadata'
import { createServer } from 'node:http'
import { closed, listening } from '@lab/test-kit/server'
import { Controller, Get, Logger, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import fastify from 'fastify'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pinoMixin } from '../src/index.ts'
import { nestLogger, observeNest } from '../src/nest.ts'
import { createTestObserve, type LogLine, type TestObserve } from '../src/testing.ts'
import { Reader } from './observed.ts'
import { sendRequest } from './raw-client.ts'

let obs: TestObserve
let lines: LogLine[]
const stream = { write: (line: string) => void lines.push(JSON.parse(line)) }

beforeEach(() => {
  obs = createTestObserve({ listen: true })
  lines = []
})
afterEach(() => obs.shutdown())

/** The ids of the only request. */
async function ids() {
  const { span } = await new Reader(obs).one()
  return { trace_id: span.traceId, span_id: span.spanId, trace_flags: '01' }
}

test('a pino of the user', async () => {
  const log = pino({ mixin: pinoMixin }, stream)
  log.info('outside')
  const server = createServer((_request, response) => {
    log.info('inside')
    response.end()
  })
  await sendRequest(await listening(server), { path: '/' })
  expect(lines).toMatchObject([{ msg: 'outside' }, { msg: 'inside', ...(await ids()) }])
  expect(lines[0]).not.toHaveProperty('trace_id')
  await closed(server)
})

test("Fastify's logger", async () => {
  const app = fastify({ logger: { mixin: pinoMixin, stream } })
  app.get('/', (request) => {
    request.log.info('inside')
    return {}
  })
  await sendRequest(await app.listen({ port: 0, host: '127.0.0.1' }), { path: '/' })
  const expected = await ids()
  await obs.until(() => lines.some(({ msg }) => msg === 'request completed'))
  for (const message of ['incoming request', 'inside', 'request completed']) {
    expect(lines.find(({ msg }) => msg === message)).toMatchObject(expected)
  }
  await app.close()
})

test("NestJS's logger", async () => {
  const logger = new Logger('Items')
  class Items {
    list(): string {
      logger.log('inside')
      logger.warn({ order: 7 })
      logger.error('failed', 'Error: why\n    at here')
      logger.error(new TypeError('broken'))
      logger.verbose('details', { page: 2 })
      logger.error('not saved', new RangeError('too large'))
      logger.warn('retries', 3, true)
      return 'done'
    }
  }
  Get()(Items.prototype, 'list', Object.getOwnPropertyDescriptor(Items.prototype, 'list') ?? {})
  Controller('items')(Items)
  class AppModule {}
  Module({ controllers: [Items] })(AppModule)
  const app = await NestFactory.create(AppModule, new ExpressAdapter(), { logger: nestLogger(obs) })
  observeNest(app, obs)
  await app.listen(0, '127.0.0.1')
  obs.reset()
  await sendRequest(await app.getUrl(), { path: '/items' })
  const expected = { ...(await ids()), context: 'Items' }
  expect(obs.lines.slice(0, 7)).toMatchObject([
    { level: 'info', msg: 'inside', ...expected },
    { level: 'warn', order: 7, ...expected },
    { level: 'error', msg: 'failed', stack: expect.stringContaining('at here'), ...expected },
    { level: 'error', err: { type: 'TypeError', message: 'broken' }, ...expected },
    { level: 'trace', msg: 'details', page: 2, ...expected },
    { level: 'error', msg: 'not saved', err: { type: 'RangeError', message: 'too large' }, ...expected },
    { level: 'warn', msg: 'retries', values: [3, true], ...expected },
  ])
  await app.close()
})
