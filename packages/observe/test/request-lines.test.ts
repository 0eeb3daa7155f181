/**
 * Which requests have a line, and which are left out altogether, by option and by variable; spans and metrics of a request without a line stay.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { closed, listening } from '@lab/test-kit/server'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { observeHttp } from '../src/http.ts'
import { resolveOptions } from '../src/settings/options.ts'
import { createTestObserve } from '../src/testing.ts'
import type { LogOptions, ObserveOptions } from '../src/types.ts'

afterEach(() => vi.unstubAllEnvs())

const PATHS = ['/fast', '/slow', '/poll/7', '/assets/a/b.css', '/poll/broken', '/fails']

/** The paths that have a line, and the number of measurements. */
async function requested(options: ObserveOptions): Promise<{ lines: unknown[]; measured: number }> {
  const obs = createTestObserve(options)
  const route = ({ url = '' }) => (url.startsWith('/poll/') ? '/poll/:id' : undefined)
  const server = createServer(
    observeHttp(
      obs,
      async (request: IncomingMessage, response: ServerResponse) => {
        if (request.url === '/slow') await sleep(60)
        response.statusCode = /broken|fails/.test(request.url ?? '') ? 500 : 200
        response.end()
      },
      { route },
    ),
  )
  const url = await listening(server)
  for (const path of PATHS) await (await fetch(url + path)).text()
  await closed(server)
  const { body } = await obs.scrape()
  const counts = body.matchAll(/^http_server_request_duration_seconds_count\{.*\} (\d+)$/gm)
  const measured = Array.from(counts, ([, count]) => Number(count)).reduce((sum, count) => sum + count, 0)
  await obs.shutdown()
  return { lines: obs.lines.filter(({ duration_ms }) => duration_ms !== undefined).map(({ path }) => path), measured }
}

const failed = ['/poll/broken', '/fails']

describe('lines of requests', () => {
  test.each<[LogOptions, Record<string, string>, string[]]>([
    [{}, {}, PATHS],
    [{ requests: 'none' }, { LOG_REQUESTS: 'none' }, []],
    [{ requests: 'errors' }, { LOG_REQUESTS: 'ERRORS' }, failed],
    [{ requests: 'slow', slowMs: 50 }, { LOG_REQUESTS: 'slow', LOG_REQUESTS_SLOW_MS: '50' }, ['/slow', ...failed]],
    [
      { quiet: ['/poll/:id', '/assets/*'] },
      { LOG_REQUESTS_QUIET: '/poll/:id, /assets/*' },
      ['/fast', '/slow', ...failed],
    ],
  ])('%j', async (log, env, lines) => {
    expect(await requested({ log })).toEqual({ lines, measured: PATHS.length })
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    expect(await requested({})).toEqual({ lines, measured: PATHS.length })
  })

  test.each([{ requests: 'some' as never }, { slowMs: -1 }, { quiet: 'poll' as never }, { quiet: ['poll'] }])(
    '%j is refused',
    (log) => expect(() => resolveOptions({ log }, {})).toThrow(RangeError),
  )
})

describe('ignored paths', () => {
  test('by option and by variable, none of the signals has them', async () => {
    const left = { lines: ['/fast', '/slow', ...failed], measured: 4 }
    expect(await requested({ ignore: ['/poll/7', '/assets/*'] })).toEqual(left)
    vi.stubEnv('OBSERVE_IGNORE_PATHS', '/poll/7,/assets/*')
    expect(await requested({})).toEqual(left)
    expect((await requested({ ignore: () => false })).measured).toBe(PATHS.length)
  })

  test('a variable with something else is a warning, and the rest counts', () => {
    const { ignore, warnings } = resolveOptions({}, { OBSERVE_IGNORE_PATHS: 'healthz,/readyz' })
    expect([ignore('/readyz'), ignore('healthz')]).toEqual([true, false])
    expect(warnings).toEqual([expect.stringContaining('OBSERVE_IGNORE_PATHS=healthz is not understood')])
  })
})

test.each([
  ['http', 'info'],
  ['Verbose', 'debug'],
  ['warning', 'warn'],
  ['30', 'info'],
  ['60', 'fatal'],
  ['silly', 'trace'],
  ['crit', 'fatal'],
  ['off', 'silent'],
])('LOG_LEVEL=%s is %s', (given, level) => {
  const { log, warnings } = resolveOptions({}, { LOG_LEVEL: given })
  expect({ level: log.level, warnings }).toEqual({ level, warnings: [] })
})
