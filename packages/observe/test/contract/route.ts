/**
 * A request begins: its route, the same in all three signals.
 */
import { describe, expect, test } from 'vitest'
import type { Stage } from './stage.ts'

export function describeRoutes(stage: Stage): void {
  describe('route', () => {
    test.each([
      ['/items/7', '/items/:id'],
      ['/admin/items/7', '/admin/items/:id'],
      ['/t/acme/items/7', '/t/:tenant/items/:id'],
      ['/t/t/items/7?tenant=secret', '/t/:tenant/items/:id'],
    ])('%s is %s in all signals', async (path, template) => {
      expect(await stage.send({ path })).toMatchObject({ status: 200 })
      const { span, line } = await stage.reader.one()
      stage.seen.route = span.attributes['http.route'] === template
      expect(span.attributes['http.route']).toBe(stage.routeIfKnown(template))
      expect(span).toMatchObject({ kind: 'server', status: 'unset', parentSpanId: undefined, events: [] })
      expect(line).toMatchObject({ level: 'info', method: 'GET', path: path.replace(/\?.*/, ''), status: 200 })
      expect(JSON.stringify([stage.obs.spans, stage.obs.lines])).not.toContain('secret')
    })

    test('a path that nothing answers has none', async () => {
      for (const path of ['/nothing', '/items', '/admin/nothing', '/t/acme/nothing', '/wp-login.php']) {
        stage.obs.reset()
        expect(await stage.send({ path })).toMatchObject({ status: 404 })
        const { span } = await stage.reader.one()
        expect(span).toMatchObject({ name: 'GET', status: 'unset' })
      }
    })

    test('a method that no route takes gives one exchange', async () => {
      await stage.send({ method: 'DELETE', path: '/items/7' })
      await stage.reader.one()
    })
  })
}
