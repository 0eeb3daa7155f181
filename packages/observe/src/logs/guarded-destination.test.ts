/** A destination that throws: the code that logs goes on, the request is answered, and the lost lines are counted. */
import { createServer } from 'node:http'
import { closed, listening } from '@lab/test-kit/server'
import { multistream } from 'pino'
import { expect, test } from 'vitest'
import { parseMetrics, sampleValue } from '../../test/strict-metrics.ts'
import { observeHttp } from '../http.ts'
import { createObserve } from '../index.ts'

test('a destination that throws loses its lines, and they are counted', async () => {
  let taken = ''
  const destination = {
    write(line: string) {
      if (line.includes('lost')) throw new Error('disk full')
      taken += line
    },
  }
  const obs = createObserve({ service: 'orders', admin: false, traces: false, log: { destination } })
  obs.log.info('lost')
  obs.log.info('kept')
  const server = createServer(observeHttp(obs, (_, response) => response.end()))
  expect((await fetch(`${await listening(server)}/lost`)).status).toBe(200)
  await closed(server)
  expect(taken.match(/"msg":"kept"/g)).toHaveLength(1)
  const families = parseMetrics((await obs.scrape()).body, 'text')
  expect(sampleValue(families, 'observe_dropped_total', { signal: 'logs', reason: 'stdout_full' })).toBe(2)
  await obs.shutdown()
})

test('a destination with a level for each stream keeps them', async () => {
  const lines: string[] = []
  const destination = multistream([{ level: 'error', stream: { write: (line: string) => void lines.push(line) } }])
  const obs = createObserve({ service: 'orders', admin: false, traces: false, log: { destination } })
  obs.log.info('fine')
  obs.log.error('failed')
  await obs.shutdown()
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['failed'])
})
