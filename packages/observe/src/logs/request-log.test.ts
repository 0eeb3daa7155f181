/**
 * The joined line against pino's: the same characters, whatever method, route and path hold.
 */
import { describe, expect, test } from 'vitest'
import { activeContext } from '../context/context.ts'
import type { EndedRequest } from './ended-request.ts'
import { createLog } from './logs.ts'
import { RequestLog } from './request-log.ts'

const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }

function logTo(lines: string[], redact: string[] = [], level = 'info') {
  const { logger, writeLine } = createLog({
    level,
    redact,
    destination: { write: (line: string) => void lines.push(line) },
    service: 'or"ders',
    version: '1',
    environment: undefined,
    tap: undefined,
    active: activeContext,
  })
  return { logger, requests: new RequestLog(logger, writeLine, redact) }
}

const usual: EndedRequest = {
  method: 'GET',
  route: '/users/:id',
  path: '/users/7',
  status: 200,
  durationMs: 8.1740001,
  aborted: false,
  error: undefined,
}

function withoutTime(line: string | undefined): string {
  return line?.replace(/"time":"[^"]*"/, '') ?? ''
}

describe('RequestLog', () => {
  test.each([
    ['a usual request', usual],
    ['one without a route', { ...usual, route: undefined, status: 404 }],
    [
      'characters that JSON escapes',
      { ...usual, method: 'G"T', path: '/a"b\\c\nd\u0000\u007f\u2028', route: '/ü😀/:x' },
    ],
    ['a whole duration', { ...usual, durationMs: 3 }],
  ])('joins %s as pino writes it', (_, request) => {
    const lines: string[] = []
    const { logger, requests } = logTo(lines)
    requests.write(request, span)
    const { method, route, path, status, durationMs } = request
    const ids = { trace_id: span.traceId, span_id: span.spanId, trace_flags: '01' }
    const duration_ms = Math.round(durationMs * 1000) / 1000
    logger.info({ ...ids, method, route, path, status, duration_ms }, 'request completed')
    expect(withoutTime(lines[0])).toBe(withoutTime(lines[1]))
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      service: 'or"ders',
      method,
      path,
    })
  })

  test.each([200, 503])(
    'has neither user and password of a URL in the path nor all of a long one, status %i',
    (status) => {
      const lines: string[] = []
      const { requests } = logTo(lines)
      requests.write({ ...usual, status, path: '/proxy/http://user:hunter2@host/x' }, span)
      requests.write({ ...usual, status, path: `/${'x'.repeat(20_000)}` }, span)
      expect(JSON.parse(lines[0] ?? '').path).toBe('/proxy/http://[redacted]@host/x')
      expect(JSON.parse(lines[1] ?? '').path).toHaveLength(4096)
    },
  )

  test('escapes a lone surrogate, which UTF-8 does not have', () => {
    const lines: string[] = []
    logTo(lines).requests.write({ ...usual, path: '/\ud800' }, span)
    expect(lines[0]).toContain('"path":"/\\ud800"')
  })

  test('leaves errors and aborted requests to pino, at their level', () => {
    const lines: string[] = []
    const { requests } = logTo(lines)
    requests.write({ ...usual, status: 500, error: new Error('broken') }, span)
    requests.write({ ...usual, status: undefined, aborted: true }, span)
    requests.write({ ...usual, status: 400, error: new SyntaxError('bad JSON') }, undefined)
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        level: 'error',
        msg: 'request failed',
        err: { message: 'broken', stack: expect.any(String) },
        trace_id: span.traceId,
      },
      { level: 'warn', msg: 'request aborted', aborted: true },
      { level: 'info', msg: 'request completed', err: { type: 'SyntaxError', message: 'bad JSON' } },
    ])
    expect(JSON.parse(lines[2] ?? '').err).not.toHaveProperty('stack')
  })

  test('follows the level, also one that changes', () => {
    const lines: string[] = []
    const { logger, requests } = logTo(lines, [], 'warn')
    requests.write(usual, span)
    expect(lines).toEqual([])
    logger.level = 'info'
    requests.write(usual, span)
    expect(lines).toHaveLength(1)
  })

  test('leaves a field to pino that the user wants redacted', () => {
    const lines: string[] = []
    const { requests } = logTo(lines, ['path'])
    requests.write(usual, span)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ path: '[redacted]', route: '/users/:id' })
  })
})
