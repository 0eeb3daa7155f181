/**
 * Where each signal is sent by OTLP, with and without a console.
 */
import { expect, test } from 'vitest'
import { otlpEnvironment } from './otlp.ts'

const ports = { DEMO_JAEGER_OTLP_PORT: 5001, DEMO_LOKI_PORT: 5002 }
const console = 'http://127.0.0.1:4318'
const both = [{ name: 'jaeger' }, { name: 'loki' }, { name: 'prometheus' }]

test('Jaeger takes both signals and hands on, with or without a console', () => {
  const env = {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:5001/v1/traces',
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1:5001/v1/logs',
    OTEL_LOGS_EXPORTER: 'otlp',
  }
  expect(otlpEnvironment({ backends: both, ports })).toEqual(env)
  expect(otlpEnvironment({ backends: both, ports, console })).toEqual(env)
})

test('the console takes what no backend can', () => {
  expect(otlpEnvironment({ backends: [], ports, console })).toEqual({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces',
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1:4318/v1/logs',
    OTEL_LOGS_EXPORTER: 'otlp',
  })
  expect(otlpEnvironment({ backends: [{ name: 'jaeger' }], ports, console })).toEqual({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:5001/v1/traces',
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1:4318/v1/logs',
    OTEL_LOGS_EXPORTER: 'otlp',
  })
})

test('a signal without an endpoint is not exported', () => {
  expect(otlpEnvironment({ backends: [{ name: 'loki' }], ports })).toEqual({
    OTEL_TRACES_EXPORTER: 'none',
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1:5002/otlp/v1/logs',
    OTEL_LOGS_EXPORTER: 'otlp',
  })
  expect(otlpEnvironment({ backends: [], ports })).toEqual({ OTEL_TRACES_EXPORTER: 'none' })
})
