/**
 * A function of the user's that names routes and throws for what a client sends: the request is answered and recorded, without a
 * route.
 */
import { createServer } from 'node:http'
import { closed, listening } from '@lab/test-kit/server'
import { expect, test } from 'vitest'
import { observeHttp } from '../src/http.ts'
import { createTestObserve, type TestObserve } from '../src/testing.ts'
import { observeWeb } from '../src/web.ts'
import { Reader } from './observed.ts'

function route(): string {
  throw new URIError('no such path')
}

async function expectWarning(obs: TestObserve): Promise<void> {
  const { span, line } = await new Reader(obs).one()
  expect(span).toMatchObject({ name: 'GET', status: 'unset' })
  expect(line).not.toHaveProperty('err')
  expect(obs.lines.filter(({ msg }) => msg.startsWith('the `route` option threw'))).toMatchObject([
    { level: 'warn', err: { message: 'no such path' } },
  ])
}

test('on node:http', async () => {
  const obs = createTestObserve()
  const server = createServer(observeHttp(obs, (_request, response) => void response.end('hello'), { route }))
  const url = await listening(server)
  expect(await (await fetch(url)).text()).toBe('hello')
  await expectWarning(obs)
  await closed(server)
})

test('on a fetch-style handler', async () => {
  const obs = createTestObserve()
  const handle = observeWeb(obs, () => new Response('hello'), { route })
  expect(await (await handle(new Request('http://localhost/%zz'))).text()).toBe('hello')
  await expectWarning(obs)
})
