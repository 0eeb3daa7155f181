/**
 * A handler fails: what is recorded of the error depends on whose mistake it was.
 */
import { describe, expect, test } from 'vitest'
import { the } from '../observed.ts'
import type { Stage } from './stage.ts'

export function describeErrors(stage: Stage): void {
  describe('errors', () => {
    test.each(['sync', 'reject'])('a handler that fails (%s): stack and cause', async (how) => {
      for (const [mount, template] of [
        ['', '/fail/:how'],
        ['/t/acme', '/t/:tenant/fail/:how'],
      ]) {
        stage.obs.reset()
        expect(await stage.send({ path: `${mount}/fail/${how}` })).toMatchObject({ status: 500 })
        const { span, line } = await stage.reader.one()
        stage.seen.handledError = line.err !== undefined
        expect(span.attributes['http.route']).toBe(stage.routeIfKnown(the(template)))
        expect(span.status).toBe('error')
        expect(line).toMatchObject({ level: 'error', msg: 'request failed', status: 500 })
        expect(span.attributes['error.type']).toBe(stage.knows.errors ? 'TypeError' : '500')
        expect(span.events).toHaveLength(stage.knows.errors ? 1 : 0)
        if (!stage.knows.errors) continue
        expect(span.events[0]).toMatchObject({
          name: 'exception',
          attributes: { 'exception.type': 'TypeError', 'exception.message': 'broken' },
        })
        expect(span.events[0]?.attributes['exception.stacktrace']).toContain('contract/routes.ts')
        expect(line.err).toMatchObject({ type: 'TypeError', message: 'broken', cause: { message: 'the disk' } })
        expect(line.err).toHaveProperty('stack', expect.stringContaining('contract/routes.ts'))
      }
    })

    test.each(['string', 'object'])('what is thrown is no Error: %s', async (how) => {
      expect(await stage.send({ path: `/fail/${how}` })).toMatchObject({ status: 500 })
      const { span, line } = await stage.reader.one()
      expect(span).toMatchObject({ status: 'error' })
      if (!stage.knows.errors) return
      expect(span.events).toHaveLength(1)
      expect(line.err).toBeDefined()
    })

    test('a refusal is recorded briefly, and is no failure of the server', async () => {
      expect(await stage.send({ path: '/fail/refused' })).toMatchObject({ status: 422 })
      const { span, line } = await stage.reader.one()
      expect(span).toMatchObject({ status: 'unset', events: [] })
      expect(span.attributes['error.type']).toBeUndefined()
      expect(line).toMatchObject({ level: 'info', status: 422 })
      expect(line.err).toEqual(stage.knows.errors ? { type: 'Refused', message: 'not that' } : undefined)
    })

    test('a malformed body is a refusal', async () => {
      const request = {
        method: 'POST',
        path: '/echo',
        body: '{"a":',
        headers: { 'content-type': 'application/json' },
      }
      expect(await stage.send(request)).toMatchObject({ status: 400 })
      const { span, line } = await stage.reader.one()
      expect(span).toMatchObject({ status: 'unset', events: [] })
      expect([stage.routeIfKnown('/echo'), undefined]).toContain(span.attributes['http.route'])
      if (stage.adapter) expect(line.err).toMatchObject({ type: expect.any(String), message: expect.any(String) })
      expect(line.err ?? {}).not.toHaveProperty('stack')
    })

    test('recordError puts a handled error on the span and the line', async () => {
      expect(await stage.send({ path: '/recorded' })).toMatchObject({ status: 200 })
      const { span, line } = await stage.reader.one()
      expect(span.status).toBe('unset')
      expect(span.events.map(({ name }) => name)).toEqual(['exception'])
      expect(line.err).toMatchObject({ type: 'RangeError', message: 'handled here' })
    })
  })
}
