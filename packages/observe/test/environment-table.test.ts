/**
 * The README's table of variables, cell by cell: the default that it names changes nothing, and the other values that it names
 * are all that are understood.
 */
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { resolveOptions } from '../src/settings/options.ts'
import { readmeTable } from './readme-table.ts'

/** All signals by OTLP, and a sampler with an argument, so that each variable has something to say; an id that stays. */
const EVERYTHING = {
  OTEL_METRICS_EXPORTER: 'prometheus,otlp',
  OTEL_LOGS_EXPORTER: 'otlp',
  OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
  OTEL_TRACES_SAMPLER_ARG: '0.5',
  OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=1',
}

function inForce(variable: string, value: string) {
  const { ignore, warnings, ...settings } = resolveOptions({}, { ...EVERYTHING, [variable]: value })
  return { settings, warnings }
}

const rows = readmeTable('| variable | default |').flatMap(({ variable = '', default: cell = '' }) => {
  const [preset, ...others] = Array.from(
    cell.matchAll(/`([^`]+)`|\b(\d+)\b/g),
    ([, code, number]) => `${code ?? number}`,
  )
  return Array.from(variable.matchAll(/`(\w+)`/g), ([, name = '']) => ({ name, cell, preset, others }))
})

describe.each(rows.filter(({ cell }) => /^[`\d]/.test(cell)))('$name: $cell', ({ name, preset = '', others }) => {
  // An empty variable counts as one that is not set.
  const unset = inForce(name, '')

  test('the default is what holds without it', () => expect(inForce(name, preset)).toEqual(unset))

  test.each(others)('%s is understood', (value) => {
    const { settings, warnings } = inForce(name, value)
    expect(warnings).toEqual([])
    if (value !== 'console') expect(settings).not.toEqual(unset.settings)
  })

  test('no value is left out', () => {
    const [, list] = /expected (?:one )?of (.*)$/.exec(inForce(name, 'nonsense').warnings[0] ?? '') ?? []
    const named = new Set([preset, ...others].flatMap((value) => value.split(',')))
    if (list !== undefined) expect(named).toEqual(new Set(list.split(', ')))
  })
})

test('an endpoint of one signal is by default the common one with its path', () => {
  const { traces, metrics, logDelivery } = resolveOptions({}, EVERYTHING)
  const urls = [traces?.delivery, metrics?.push, logDelivery].map((delivery) => delivery?.endpoint.url)
  const [common, own] = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT'].map((name) =>
    rows.find((row) => row.name === name),
  )
  expect(urls).toEqual([own?.preset, ...(own?.others ?? [])].map((path) => `${common?.preset}${path}`))
})

test('what has no value by default has none', () => {
  const named = rows.filter(({ cell }) => cell === 'none').map(({ name }) => name)
  expect(named).toEqual(['OTEL_RESOURCE_ATTRIBUTES', ...named.filter((name) => name.endsWith('_HEADERS'))])
  const { traces, metrics, logDelivery } = resolveOptions({}, EVERYTHING)
  for (const delivery of [traces?.delivery, metrics?.push, logDelivery]) expect(delivery?.endpoint.headers).toEqual({})
})

test('the service is named by package.json', () => {
  expect(rows.find(({ name }) => name === 'OTEL_SERVICE_NAME')?.cell).toBe('the name in package.json')
  expect(resolveOptions({}, {}, fileURLToPath(new URL('.', import.meta.url))).service).toBe('@lab/observe')
})
