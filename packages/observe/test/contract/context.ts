/**
 * While a request is handled: wherever the app's code runs for it, its trace is the active one.
 */
import { describe, expect, test } from 'vitest'
import { the } from '../observed.ts'
import type { Stage } from './stage.ts'

export function describeContext(stage: Stage): void {
  describe('context', () => {
    test('after body parsing', async () => {
      // Fastify and Express refuse more by default.
      const body = JSON.stringify({ text: 'x'.repeat(50_000) })
      const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }
      const request = { method: 'POST', path: '/echo', headers, body: body.slice(0, 1000) }
      const conversation = await stage.begin(request)
      await stage.underWay()
      await conversation.finish(body.slice(1000))
      const { span } = await stage.reader.one()
      expect(span.attributes['http.response.status_code']).toBe(200)
      expect(stage.obs.lines.find(({ msg }) => msg === 'parsed')).toMatchObject({
        trace_id: span.traceId,
        span_id: span.spanId,
      })
    })

    if (stage.driver.node)
      test('in plain listeners on the request', async () => {
        const headers = { 'content-type': 'application/octet-stream', 'content-length': '10' }
        const conversation = await stage.begin({ method: 'POST', path: '/listened', headers, body: 'xxxxx' })
        await stage.underWay()
        await conversation.finish('xxxxx')
        const { span } = await stage.reader.one()
        const lines = stage.obs.lines.filter(({ msg }) => msg === 'data' || msg === 'end')
        expect(lines.length).toBeGreaterThanOrEqual(2)
        for (const line of lines) expect(line.trace_id).toBe(span.traceId)
      })

    test('200 requests at once are never mixed', async () => {
      const ids = Array.from({ length: 200 }, (_, id) => id)
      await Promise.all(ids.map((id) => stage.send({ path: `/items/${id}` })))
      const observed = await stage.reader.next(200)
      for (const { span, line } of observed) {
        const id = String(line.path).split('/')[2]
        const children = stage.obs.spans.filter(({ parentSpanId }) => parentSpanId === span.spanId)
        expect(children.map(({ name }) => name)).toEqual([`load ${id}`])
        expect(children[0]?.traceId).toBe(span.traceId)
        const loaded = stage.obs.lines.find(({ msg, id: loadedId }) => msg === 'loaded' && loadedId === id)
        expect(loaded).toMatchObject({ trace_id: span.traceId, span_id: children[0]?.spanId })
      }
    })

    test("goes on from the caller's trace", async () => {
      const headers = {
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        tracestate: 'vendor=1,other=2',
      }
      await stage.send({ path: '/items/7', headers })
      const { span } = await stage.reader.one()
      expect(span).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331' })
    })

    test('goes out with a fetch', async () => {
      await stage.send({ path: '/outbound' })
      const { span } = await stage.reader.one()
      const sent = the(stage.target.headers[0])
      if (!stage.listen) return expect(sent).not.toHaveProperty('traceparent')
      await stage.obs.until(() => stage.obs.spans.some(({ kind }) => kind === 'client'))
      const client = the(stage.obs.spans.find(({ kind }) => kind === 'client'))
      expect(client).toMatchObject({ traceId: span.traceId, parentSpanId: span.spanId })
      expect(sent.traceparent).toBe(`00-${span.traceId}-${client.spanId}-03`)
    })
  })
}
