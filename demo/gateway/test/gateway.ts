/**
 * The gateway on a real port, in front of peers, for one test file.
 */

import { createTestObserve, type TestObserve } from '@lab/observe/testing'
import { createGateway } from '../src/app.ts'
import type { Timeouts } from '../src/upstreams/upstream.ts'
import { closePeers, type Peers, startPeers, urlsOf } from './peers.ts'

export interface TestGateway {
  readonly url: string
  readonly obs: TestObserve
  readonly peers: Peers
  close(): Promise<void>
}

/** So long that only a peer that never answers is too late, however busy the machine is. */
export const patient: Timeouts = { reading: 30_000, placingOrder: 30_000, receipt: 30_000, status: 30_000 }

export async function startGateway(given?: Peers, timeouts = patient): Promise<TestGateway> {
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
