/**
 * A request ends: by itself or because one side went away, and each one exactly once.
 */
import { describe, expect, test } from 'vitest'
import type { Stage } from './stage.ts'

export function describeEnds(stage: Stage): void {
  describe('ends', () => {
    test('the client goes away before the response', async () => {
      const conversation = await stage.begin({ path: '/held' })
      await stage.obs.until(() => stage.obs.lines.some(({ msg }) => msg === 'held'))
      conversation.goAway()
      // Without Node's own request nothing reports that the client has gone, so the handler goes on.
      const observed = stage.driver.node || stage.listen
      if (!observed) stage.world.release()
      const { span, line } = await stage.reader.one()
      stage.seen.abortBefore = line.aborted === true && line.status === undefined
      expect(span.attributes['http.route']).toBe(stage.routeIfKnown('/held'))
      if (!observed) return
      expect(line).toMatchObject({ level: 'warn', aborted: true, msg: 'request aborted' })
      expect(line.status).toBeUndefined()
      expect(span.attributes['error.type']).toBe('aborted')
      stage.world.release()
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(stage.obs.lines.filter(({ msg }) => msg.startsWith('request'))).toHaveLength(1)
    })

    if (stage.driver.node)
      test('the client goes away in the middle of its own request', async () => {
        const headers = { 'content-type': 'application/json', 'content-length': '100' }
        const conversation = await stage.begin({ method: 'POST', path: '/echo', headers, body: '{"a":' })
        await stage.underWay()
        conversation.goAway()
        expect((await stage.reader.one()).line).toMatchObject({
          aborted: true,
          level: expect.stringMatching(/warn|error/),
        })
      })

    test('the client ends an endless response', async () => {
      const conversation = await stage.begin({ path: '/events' })
      await conversation.readUntil(/data: first/)
      expect(stage.obs.spans).toEqual([])
      conversation.goAway()
      const { span, line } = await stage.reader.one()
      stage.seen.abortAfter = line.aborted === true && line.status === 200
      expect(span.attributes).toMatchObject({ 'http.response.status_code': 200, 'error.type': 'aborted' })
      expect(span.attributes['http.route']).toBe(stage.routeIfKnown('/events'))
      expect(line).toMatchObject({ aborted: true, status: 200 })
    })

    test('a stream that ends by itself', async () => {
      const response = stage.send({ path: '/events' })
      await stage.obs.until(() => stage.world.streams.length === 1)
      stage.world.streams[0]?.push(null)
      expect(await response).toMatchObject({ status: 200 })
      expect((await stage.reader.one()).line).toMatchObject({ level: 'info', status: 200 })
    })

    test.each([204, 304])('%i, which has no body', async (code) => {
      expect(await stage.send({ path: `/status/${code}` })).toMatchObject({ status: code })
      const { span } = await stage.reader.one()
      expect(span.attributes['http.route']).toBe(stage.routeIfKnown('/status/:code'))
    })

    test('HEAD', async () => {
      const { status, text } = await stage.send({ method: 'HEAD', path: '/items/7' })
      expect(status).toBe(200)
      expect(text.endsWith('\r\n\r\n')).toBe(true)
      const { span } = await stage.reader.one()
      expect(span.name).toBe(stage.knows.routes ? 'HEAD /items/:id' : 'HEAD')
    })

    test('100 requests on one connection', async () => {
      const requests = Array.from({ length: 100 }, (_, id) => ({ path: `/items/${id}` }))
      for (const [id, { text }] of (await stage.client.series(stage.url, requests)).entries()) {
        expect(text).toContain(`"id":"${id}"`)
      }
      expect(new Set((await stage.reader.next(100)).map(({ span }) => span.traceId)).size).toBe(100)
    })

    test('an ignored path leaves nothing', async () => {
      expect(await stage.send({ path: '/healthz' })).toMatchObject({ status: 200 })
      expect(await stage.send({ path: '/items/7' })).toMatchObject({ status: 200 })
      expect((await stage.reader.one()).line.path).toBe('/items/7')
    })
  })
}
