/**
 * Secrets that reach the log by objects, headers, children, errors and URLs are in no line.
 */
import { EventEmitter } from 'node:events'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { describe, expect, test } from 'vitest'
import { createLog } from './logs.ts'

function logged(use: (log: ReturnType<typeof createLog>['logger']) => void): {
  text: string
  line: Record<string, unknown>
} {
  let text = ''
  function write(part: string): void {
    text += part
  }
  const { logger } = createLog({
    level: 'info',
    redact: [],
    destination: { write },
    service: 'secrets',
    version: undefined,
    environment: undefined,
    tap: undefined,
    active: () => ROOT_CONTEXT,
  })
  use(logger)
  return { text, line: JSON.parse(text) }
}

const NAMES = [
  'password',
  'Password',
  'dbPassword',
  'db_password',
  'PASSWD',
  'token',
  'accessToken',
  'access_token',
  'refresh-token',
  'secret',
  'clientSecret',
  'authorization',
  'Proxy-Authorization',
  'cookie',
  'Set-Cookie',
  'api_key',
  'apiKey',
  'X-Api-Key',
  'privateKey',
  'credentials',
  'tokens',
  'passwords',
  'apiKeys',
  'secrets',
]

test.each(['nextPageToken', 'page_token', 'NextToken', 'continuationToken', 'syncToken'])(
  '%s is a place in a list, no secret',
  (name) => expect(logged((log) => log.info({ [name]: 'abc' }, 'x')).line[name]).toBe('abc'),
)

test('a number of tokens is no secret', () => {
  const { line } = logged((log) => log.info({ usage: { max_tokens: 100, tokens: ['hunter2'] }, password: 1234 }, 'x'))
  expect(line).toMatchObject({ usage: { max_tokens: 100, tokens: '[redacted]' }, password: '[redacted]' })
})

describe('a secret', () => {
  test.each(NAMES)('called %s is redacted at any depth', (name) => {
    const { text, line } = logged((log) =>
      log.info({ [name]: 'hunter2', a: { b: [{ c: { [name]: ['hunter2'] } }] } }, 'x'),
    )
    expect(text).not.toContain('hunter2')
    expect(line[name]).toBe('[redacted]')
  })

  test.each([
    ['an object', { headers: { Authorization: 'hunter2', accept: 'text/html' } }],
    ['a flat list', { rawHeaders: ['Accept', 'text/html', 'Authorization', 'hunter2'] }],
    [
      'a list of pairs',
      {
        request: {
          headers: [
            ['accept', 'text/html'],
            ['Cookie', 'hunter2'],
          ],
        },
      },
    ],
  ])('in headers given as %s is redacted', (_, fields) => {
    const { text } = logged((log) => log.info(fields, 'x'))
    expect(text).not.toContain('hunter2')
    expect(text).toContain('text/html')
  })

  test('in the bindings of a child, also of a child of it, is redacted', () => {
    const { text, line } = logged((log) =>
      log
        .child({ order: 7, token: 'hunter2' })
        .child({ user: { password: 'hunter2' } })
        .info('x'),
    )
    expect(text).not.toContain('hunter2')
    expect(line).toMatchObject({
      order: 7,
      token: '[redacted]',
      user: { password: '[redacted]' },
    })
  })

  test('in the user info of a URL is redacted in message, field and error', () => {
    const url = 'postgres://shop:hunter2@db.example/shop'
    const { text } = logged((log) => log.info({ url, err: new Error(`cannot reach ${url}`) }, `using ${url}`))
    expect(text).not.toContain('hunter2')
    expect(text).toContain('postgres://[redacted]@db.example/shop')
  })

  test('in the objects that a client puts on its error is not written', () => {
    class AxiosError extends Error {
      config = {
        headers: { 'x-session': 'hunter2' },
        data: 'hunter2',
        auth: { username: 'hunter2' },
      }
      request = Object.assign(new EventEmitter(), { body: 'hunter2' })
      detail = 'Key (email)=(hunter2) already exists.'
      code = 'ERR_BAD_REQUEST'
      status = 401
      toJSON() {
        return { config: this.config }
      }
    }
    const error = new AxiosError('Request failed', {
      cause: new AxiosError('inner'),
    })
    const { text, line } = logged((log) => log.error({ err: error, other: error, list: [error] }, 'failed'))
    expect(text).not.toContain('hunter2')
    const shown = {
      type: 'AxiosError',
      message: 'Request failed',
      code: 'ERR_BAD_REQUEST',
      status: 401,
    }
    expect(line).toMatchObject({
      err: {
        ...shown,
        stack: expect.stringContaining('redaction.test'),
        cause: { message: 'inner' },
      },
      other: shown,
      list: [shown],
    })
  })
})

test('what only looks like a secret is written, and the object of the caller stays as it is', () => {
  const fields = {
    prompt_tokens: 12,
    tokenCount: 3,
    secretary: 'Ann',
    nested: { password: 'x', keep: 1 },
  }
  const { line } = logged((log) => log.info(fields, 'x'))
  expect(line).toMatchObject({
    prompt_tokens: 12,
    tokenCount: 3,
    secretary: 'Ann',
    nested: { keep: 1 },
  })
  expect(fields.nested.password).toBe('x')
})

test('a cyclic object and one of very many levels give one valid line', () => {
  const cyclic: Record<string, unknown> = { token: 'hunter2' }
  cyclic.self = { cyclic, again: [cyclic, cyclic] }
  const deep: unknown = JSON.parse('['.repeat(4000) + ']'.repeat(4000))
  expect(logged((log) => log.info({ cyclic, deep }, 'x')).text).not.toContain('hunter2')
})
