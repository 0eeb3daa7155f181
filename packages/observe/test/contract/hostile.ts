/**
 * A client that means harm: whatever it sends, the signals stay valid and bounded.
 */
import { describe, expect, test } from 'vitest'
import type { Observed } from '../observed.ts'
import type { RawRequest } from '../raw-client.ts'
import type { Stage } from './stage.ts'

export function describeHostileInput(stage: Stage): void {
  describe('hostile input gives valid output', () => {
    /**
     * Where only the adapter looks, what the framework refuses before any middleware is not seen; and nothing sees what
     * HTTP/2 itself refuses.
     */
    async function seen(request: RawRequest): Promise<Observed | undefined> {
      const { status } = await stage.send(request)
      if (status !== 0 && (stage.listen || (status !== 400 && status !== 500))) return stage.reader.one()
      await new Promise((resolve) => setTimeout(resolve, 20))
      return stage.obs.lines.length === 0 ? undefined : stage.reader.one()
    }

    test.each([
      ['traceparent', { traceparent: '00-ffffffffffffffffffffffffffffffffff-zz-01' }],
      ['zero ids', { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` }],
      [
        'tracestate',
        { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: `${'x'.repeat(600)}=,,;=é` },
      ],
      ['host', { host: 'evil.example"\\{}' }],
      ['user agent', { 'user-agent': 'Mozilla "\\ \u00e9 </script>' }],
    ])('%s', async (_, headers) => {
      const observed = await seen({ path: '/items/7', headers })
      if (observed) expect(observed.span.traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/)
      expect((await stage.obs.scrape()).body).not.toContain('evil')
    })

    test.each([
      '/items/7/../../etc/passwd',
      '/items/%00%ff%22',
      '//items//7',
      `/${'a'.repeat(8000)}`,
      '/items/7"}\\n{"level":"error"',
      '/%E0%A4%A',
      'http://evil.example/items/7',
      '*',
    ])('path %s', async (path) => {
      const observed = await seen({ path })
      expect([undefined, '/items/:id', '/t/:tenant/items/:id']).toContain(observed?.span.attributes['http.route'])
    })

    test.each(['PROPFIND', 'PURGE', 'M-SEARCH'])('method %s', async (method) => {
      await stage.send({ method, path: '/items/7' })
      const { span, line } = await stage.reader.one()
      expect(span.attributes).toMatchObject({
        'http.request.method': '_OTHER',
        'http.request.method_original': method,
      })
      expect(line.method).toBe(method)
    })
  })
}
