/**
 * Which images are missing, and pulling them from registries that refuse, or say nothing: the real engine, where there is one.
 */

import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { whyNoEngine } from './engine.ts'
import { missingImages, pullImages } from './images.ts'

const { signal } = new AbortController()
const obstacle = await whyNoEngine(signal)
if (obstacle) console.log(`Pulling images is not tested: ${obstacle}.`)

describe.skipIf(obstacle !== undefined)('with a Docker engine', () => {
  test('what is started from and what is built on is missing, but not what is built', async () => {
    const context = await mkdtemp(join(tmpdir(), 'images-'))
    await writeFile(
      join(context, 'Dockerfile'),
      'FROM example.org/base:1 AS build\nFROM build AS next\nFROM example.org/run:2\n',
    )
    const build = { context, dockerfile: 'Dockerfile' }
    const service = { labels: {}, ports: [], volumes: [] }
    const services = {
      orders: { ...service, image: 'ours/orders:dev', build },
      migration: { ...service, image: 'ours/orders:dev' },
      database: { ...service, image: 'example.org/database:3' },
    }
    expect(await missingImages({ name: 'test', services, volumes: {} })).toEqual([
      'example.org/base:1',
      'example.org/database:3',
      'example.org/run:2',
    ])
    await rm(context, { recursive: true })
  })

  test('a refusal of the registry is reported in the words of the engine', async () => {
    const image = '127.0.0.1:1/none:1'
    await expect(pullImages([image], signal)).rejects.toThrow(
      /^the image 127\.0\.0\.1:1\/none:1 cannot be pulled \(.*refused/,
    )
  })

  test('a registry that says nothing is not waited for', async () => {
    const silent = createServer((socket) => socket.unref()).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    const image = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}/none:1`
    await expect(pullImages([image], signal, { answerWithin: 500 })).rejects.toThrow(
      `the image ${image} cannot be pulled (its registry did not answer within 0.5 s)`,
    )
    silent.close()
  })

  test('Ctrl-C ends it', async () => {
    const interrupted = AbortSignal.abort(new Error('Interrupted.'))
    await expect(pullImages(['127.0.0.1:1/none:1'], interrupted)).rejects.toThrow('Interrupted.')
  })
})
