/**
 * `node:cluster`: the primary process calls observe() when its workers have opened the admin port, or finds it taken by others.
 */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@lab/test-kit/free-port'
import { afterEach, expect, test } from 'vitest'
import { type Program, startProgram } from './program.ts'
import { parseMetrics, sampleValue } from './strict-metrics.ts'

let running: Program

afterEach(() => running.kill())

test('takes the port over from the workers, with what they have counted', async () => {
  const port = await freePort()
  start(new URL('programs/cluster-late.ts', import.meta.url), port)
  await running.printed('the primary process observes')
  const visits = async () => {
    const text = await fetch(`http://localhost:${port}/metrics`).then((answer) => answer.text())
    const families = parseMetrics(text, 'text')
    return [sampleValue(families, 'visits_total'), families.get('process_uptime_seconds')?.samples.length]
  }
  await expect.poll(() => visits().catch(String)).toEqual([2, 3])
  expect(running.lines().filter(({ level }) => level === 'error')).toEqual([])
})

test('says that the port is taken where another process has it', async () => {
  const holder = createServer()
  await once(holder.listen(0, 'localhost'), 'listening')
  const { port } = holder.address() as AddressInfo
  start(new URL('programs/cluster-operations.ts', import.meta.url), port)
  await running.printed(`no /metrics on localhost:${port}: the port is taken`)
  holder.close()
})

function start(program: URL, admin: number): void {
  const path = fileURLToPath(program)
  const args = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', path]
  running = startProgram(dirname(path), args, {
    OTEL_EXPORTER_PROMETHEUS_PORT: String(admin),
    OTEL_TRACES_EXPORTER: 'none',
    SERVICE_PORT: '0',
  })
}
