/**
 * The table of conformance against the code: each variable does what its row says, and each rule names a test that exists.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ruleSets } from '../docs/conformance-rules.ts'
import { resolveOptions } from '../src/settings/options.ts'
import { SUPPORTED_VARIABLES, unsupportedVariables } from '../src/settings/variables.ts'

describe('a variable that is not supported', () => {
  test.each(Object.entries(unsupportedVariables))('%s', (name, { status, why }) => {
    const { warnings } = resolveOptions({}, { [name]: '1' })
    expect(warnings).toEqual(status === 'warned' ? [`${name} is set, but has no effect: ${why}`] : [])
    expect(SUPPORTED_VARIABLES).not.toContain(name)
  })
})

/** Text that no variable with a grammar takes. */
const NONSENSE = '%'
/** Any text is a value of these. */
const anyText = new Set([
  'OTEL_SERVICE_NAME',
  'OTEL_EXPORTER_PROMETHEUS_HOST',
  'OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS',
])

test.each(SUPPORTED_VARIABLES.filter((name) => !anyText.has(name)))('%s is read: nonsense is a warning', (name) => {
  const everything = {
    OTEL_METRICS_EXPORTER: 'prometheus,otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_TRACES_SAMPLER: 'traceidratio',
  }
  expect(resolveOptions({}, { ...everything, [name]: NONSENSE }).warnings.join()).toContain(name)
})

test('every rule that is done names a test, and every other one a reason', () => {
  for (const { status, note, test: file } of ruleSets.flatMap(({ rules }) => rules)) {
    if (status === 'done') expect(existsSync(fileURLToPath(new URL(`../${file}`, import.meta.url))), file).toBe(true)
    else expect(note).not.toBe('')
  }
})
