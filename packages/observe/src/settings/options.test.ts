/**
 * Settings: code before environment before default; what is wrong in code throws, what is wrong in the environment warns.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { resolveOptions } from './options.ts'

describe('options', () => {
  test('take code before environment before default', () => {
    const env = {
      OTEL_SERVICE_NAME: 'from-env',
      OTEL_RESOURCE_ATTRIBUTES: 'service.version=2,team=a%20b',
      LOG_LEVEL: 'debug',
    }
    const settings = resolveOptions({ service: 'from-code' }, env)
    expect(settings.service).toBe('from-code')
    expect(settings.version).toBe('2')
    expect(settings.resource).toMatchObject({ 'service.name': 'from-code', team: 'a b' })
    expect(settings.log.level).toBe('debug')
    expect(resolveOptions({}, env).service).toBe('from-env')
    expect(settings.admin).toEqual({ host: 'localhost', port: 9464 })
    expect(settings.traces?.delivery?.endpoint.url).toBe('http://localhost:4318/v1/traces')
    expect(settings.warnings).toEqual([])
  })

  test.each([
    [{ metric: {} }, 'there is no option "metric"; known here: service, version'],
    [{ metrics: { bucket: [] } }, 'there is no option "metrics.bucket"; known here: buckets, maxSeries'],
    [
      { metrics: { buckets: [-1, 2] } },
      'metrics.buckets must be positive and ascending numbers, such as [0.005,0.01,0.025]; found -1',
    ],
    [{ metrics: { maxSeries: 0 } }, 'metrics.maxSeries is 0; expected a whole number above 0'],
    [
      { traces: { endpoint: 'collector:4318' } },
      'traces.endpoint is "collector:4318"; expected a URL with http or https',
    ],
    [{ traces: { sampleRatio: 2 } }, 'traces.sampleRatio is 2; expected a number from 0 to 1'],
    [{ admin: { port: 70_000 } }, 'admin.port is 70000; expected a port from 0 to 65535'],
    [{ log: { level: 'loud' } }, 'log.level is "loud"; expected one of trace, debug, info, warn, error, fatal, silent'],
    [{ service: '' }, 'service is ""; expected a name'],
  ])('refuse %j', (options, message) => {
    expect(() => resolveOptions(options as object, {})).toThrow(message)
  })

  test.each([
    [
      'OTEL_TRACES_EXPORTER',
      'jaeger',
      'OTEL_TRACES_EXPORTER=jaeger is not understood, "otlp" is used; expected one of otlp, none',
    ],
    ['OTEL_TRACES_SAMPLER', 'mostly', 'OTEL_TRACES_SAMPLER=mostly is not understood, "parentbased_always_on" is used'],
    [
      'OTEL_EXPORTER_OTLP_PROTOCOL',
      'grpc',
      'OTEL_EXPORTER_OTLP_PROTOCOL=grpc is not understood, "http/protobuf" is used',
    ],
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'backend',
      'OTEL_EXPORTER_OTLP_ENDPOINT=backend is not understood, "http://localhost:4318" is used',
    ],
    ['OTEL_EXPORTER_PROMETHEUS_PORT', 'abc', 'OTEL_EXPORTER_PROMETHEUS_PORT=abc is not understood, 9464 is used'],
    ['OTEL_PROPAGATORS', 'xray', 'OTEL_PROPAGATORS=xray is not understood, "tracecontext,baggage" is used'],
    ['OTEL_PROPAGATORS', 'baggage,xray', 'OTEL_PROPAGATORS=xray is not understood, "baggage" is used'],
    ['OTEL_METRICS_EXPORTER', 'console', 'OTEL_METRICS_EXPORTER=console is not understood, "prometheus" is used'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'team=50%', 'OTEL_RESOURCE_ATTRIBUTES is discarded: a part of it is not valid'],
    [
      'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
      'delta',
      'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta is not understood, "cumulative" is used',
    ],
    ['OTEL_METRICS_EXEMPLAR_FILTER', 'always_on', 'OTEL_METRICS_EXEMPLAR_FILTER=always_on is not understood'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '-1', 'OTEL_EXPORTER_OTLP_TIMEOUT=-1 is not understood, 10000 is used'],
    [
      'OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE',
      '/no/such/ca.pem',
      'OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE=/no/such/ca.pem cannot be read (ENOENT); it is left out',
    ],
    ['OTEL_LOG_LEVEL', 'loud', 'OTEL_LOG_LEVEL=loud is not understood, "info" is used'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '-5', 'OTEL_BSP_MAX_QUEUE_SIZE=-5 is not understood, 65536 is used'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL=loud is not understood, "info" is used'],
    [
      'OTEL_EXPORTER_OTLP_HEADERS',
      'secret',
      'OTEL_EXPORTER_OTLP_HEADERS: an entry is not of the form key=value; it is left out',
    ],
  ])('warn of %s=%s', (name, value, warning) => {
    const all = { OTEL_METRICS_EXPORTER: 'prometheus,otlp', OTEL_LOGS_EXPORTER: 'otlp' }
    const { warnings } = resolveOptions({}, { ...all, [name]: value })
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain(warning)
  })

  test('follow the rules for endpoints, headers and samplers', () => {
    const { traces, logDelivery } = resolveOptions(
      {},
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example:4318/base/',
        OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://loki.example/otlp/v1/logs',
        OTEL_LOGS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x,a=1',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=2',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
        OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.25',
      },
    )
    expect(traces?.delivery?.endpoint).toEqual({
      url: 'https://collector.example:4318/base/v1/traces',
      headers: { authorization: 'Bearer x', a: '2' },
      timeoutMs: 10_000,
      gzip: true,
    })
    expect(logDelivery?.endpoint.url).toBe('http://loki.example/otlp/v1/logs')
    expect(traces?.sampling).toEqual({ ratio: 0.25, parentBased: true })
  })

  test('decode the keys and values of resource attributes', () => {
    const { resource } = resolveOptions({}, { OTEL_RESOURCE_ATTRIBUTES: 'team%2Cname=a%3Db,%C3%A9=1' })
    expect(resource).toMatchObject({ 'team,name': 'a=b', é: '1' })
  })

  test('bound an export by the shorter of its two time-outs, of which 0 is none', () => {
    const timeoutOf = (env: Record<string, string>) => resolveOptions({}, env).traces?.delivery?.endpoint.timeoutMs
    expect(timeoutOf({ OTEL_BSP_EXPORT_TIMEOUT: '3000' })).toBe(3000)
    expect(timeoutOf({ OTEL_EXPORTER_OTLP_TIMEOUT: '0' })).toBe(30_000)
    expect(timeoutOf({ OTEL_EXPORTER_OTLP_TIMEOUT: '0', OTEL_BSP_EXPORT_TIMEOUT: '0' })).toBe(2 ** 31 - 1)
  })

  test('read certificates, those of one signal before the common ones', () => {
    const folder = mkdtempSync(join(tmpdir(), 'observe-tls-'))
    const file = (name: string): string => {
      writeFileSync(join(folder, name), `${name} text`)
      return join(folder, name)
    }
    const { traces, warnings } = resolveOptions(
      {},
      {
        OTEL_EXPORTER_OTLP_CERTIFICATE: file('common'),
        OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: file('own'),
        OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: file('cert'),
        OTEL_EXPORTER_OTLP_CLIENT_KEY: file('key'),
      },
    )
    rmSync(folder, { recursive: true })
    expect(warnings).toEqual([])
    expect(traces?.delivery?.endpoint.tls).toEqual({ ca: 'own text', cert: 'cert text', key: 'key text' })
  })

  test('take other methods as known', () => {
    expect(resolveOptions({}, {}).methods).toContain('QUERY')
    const { methods } = resolveOptions({}, { OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS: 'GET, PURGE' })
    expect([...methods]).toEqual(['GET', 'PURGE'])
  })

  test('switch everything off at once', () => {
    const settings = resolveOptions({}, { OTEL_SDK_DISABLED: 'true', OTEL_LOGS_EXPORTER: 'otlp' })
    expect(settings).toMatchObject({ traces: undefined, metrics: undefined, admin: undefined, logDelivery: undefined })
  })
})
