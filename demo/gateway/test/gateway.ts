/**
 * The gateway on a real port, in front of peers, for one test file.
 */

import { createTestObserve, type TestObserve } from '@lab/observe/testing'
import { createGateway } from '../src/app.ts'
import { closePeers, type Peers, startPeers, urlsOf } from './peers.ts'

export interface TestGateway {
  readonly url: string
  readonly obs: TestObserve
  readonly peers: Peers
  close(): Promise<void>
}

/** Short enough for a test to wait for, long enough for a busy machine. */
const timeouts = { reading: 400, placingOrder: 400 }

export async function startGateway(given?: Peers): Promise<TestGateway> {
  const peers = given ?? (await startPeers())
  const obs = createTestObserve()
  const app = await createGateway({ obs, urls: urlsOf(peers), tracePage: 'http://traces.example/{id}/all', timeouts })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    obs,
    peers,
    async close() {
      await app.close()
      await closePeers(peers)
      await obs.shutdown()
    },
  }
}
