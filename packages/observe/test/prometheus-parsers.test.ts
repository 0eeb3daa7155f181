/**
 * /metrics as the parsers of Prometheus's Python client read it, the strict one for OpenMetrics among them: a second opinion
 * next to strict-metrics.ts. Skipped where Python or the client is missing.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createTestObserve } from '../src/testing.ts'

interface Sample {
  name: string
  labels: Record<string, string>
  value: number
  exemplar: Record<string, string> | null
}

const CLIENT = 'prometheus-client==0.22.1'
const script = fileURLToPath(new URL('prometheus_parsers.py', import.meta.url))
const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'observe-kit/python', CLIENT)
const python = join(folder, 'bin/python')
const missing = whyMissing()
if (missing) process.stdout.write(`Prometheus's parsers in Python are not tested: ${missing}\n`)

/** Puts the client into an environment of its own, once for each user; says why that is not possible. */
function whyMissing(): string {
  const run = (file: string, ...args: string[]) => execFileSync(file, args, { stdio: 'pipe' })
  try {
    if (!existsSync(python)) run(process.env.PYTHON ?? 'python3', '-m', 'venv', folder)
    try {
      run(python, '-c', 'import prometheus_client')
    } catch {
      run(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', CLIENT)
    }
    return ''
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : ''
    return said || String(error)
  }
}

const hostile = [
  'a"b\\c\nd} 1\n# TYPE x counter',
  '\\',
  '\\n',
  '"',
  '# EOF',
  'a\r\nb\tc',
  '} 1 # {trace_id="x"} 1',
  'ü€😀',
  '\u2028\u0085\u0000',
  '\ud800',
  ' ',
]

test.skipIf(missing).each([
  ['openmetrics', 'application/openmetrics-text; version=1.0.0'],
  ['text', undefined],
])("is read by Prometheus's Python client as %s", async (format, accept) => {
  const obs = createTestObserve()
  const counter = obs.counter('hostile', { description: hostile.join(' ') })
  const work = obs.histogram('work', { unit: 's', buckets: [1, 2] })
  hostile.forEach((value, index) => {
    counter.add(index + 1, { value })
    obs.span('job', () => work.record(1.5, { value }))
  })
  const { body } = await obs.scrape(accept)
  const samples: Sample[] = JSON.parse(execFileSync(python, [script, format], { input: body, encoding: 'utf8' }))

  const counts = samples.filter(({ name }) => name === 'hostile_total')
  expect(counts.map(({ labels, value }) => [labels.value, value])).toEqual(
    hostile.map((value, index) => [value.toWellFormed(), index + 1]),
  )
  const exemplars = samples.flatMap(({ name, exemplar }) =>
    name === 'work_seconds_bucket' && exemplar ? [exemplar] : [],
  )
  const ids = obs.spans.map(({ traceId, spanId }) => ({ trace_id: traceId, span_id: spanId }))
  expect(exemplars).toEqual(format === 'openmetrics' ? ids : [])
  await obs.shutdown()
})
