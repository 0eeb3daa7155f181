/**
 * What only a connection of HTTP/1.1 can do: send without waiting, send nonsense, become another protocol.
 */
import { describe, expect, test } from 'vitest'
import { send, wire } from '../raw-client.ts'
import type { Stage } from './stage.ts'

export function describeConnection(stage: Stage): void {
  describe('connection', () => {
    test('requests that are sent without waiting for answers', async () => {
      const requests = [1, 2, 3].map((id) => wire({ path: `/items/${id}` })).join('')
      const { text } = await send(stage.url, requests + wire({ path: '/items/4', headers: { connection: 'close' } }))
      expect(text.match(/"id":"\d"/g)).toEqual(['"id":"1"', '"id":"2"', '"id":"3"', '"id":"4"'])
      expect((await stage.reader.next(4)).map(({ line }) => line.path).sort()).toEqual(
        [1, 2, 3, 4].map((id) => `/items/${id}`),
      )
    })

    test('what Node refuses to parse is no request', async () => {
      expect(await send(stage.url, 'GET /\r\nnonsense\r\n\r\n')).toMatchObject({ status: 400 })
      expect(await stage.send({ path: '/items/7' })).toMatchObject({ status: 200 })
      await stage.reader.one()
    })

    test('an upgrade is answered by its listener', async () => {
      stage.server.once('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
      const headers = { connection: 'upgrade', upgrade: 'websocket' }
      expect(await send(stage.url, wire({ path: '/items/7', headers }))).toMatchObject({ status: 101 })
      expect(await stage.send({ path: '/items/7' })).toMatchObject({ status: 200 })
      await stage.reader.one()
    })
  })
}
