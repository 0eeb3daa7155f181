/**
 * Where the services send spans and log lines, as environment: ops/decisions/one-otlp-endpoint.md.
 */

import { type Ports, urlOf } from './description/ports.ts'

export interface Receivers {
  readonly backends: readonly { readonly name: string }[]
  readonly ports: Ports
  /** The console's OTLP endpoint, where one runs. */
  readonly console?: string
}

/** Every signal goes to one place, which hands it on; a signal without an endpoint is not exported. */
export function otlpEnvironment({ backends, ports, console }: Receivers): Record<string, string> {
  const runs = (name: string) => backends.some((backend) => backend.name === name)
  const jaeger = runs('jaeger') ? urlOf(ports, 'DEMO_JAEGER_OTLP_PORT') : undefined
  const loki = runs('loki') ? `${urlOf(ports, 'DEMO_LOKI_PORT')}/otlp` : undefined
  const traces = jaeger ?? console
  const logs = loki && jaeger ? jaeger : (console ?? loki)
  return {
    ...(traces ? { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${traces}/v1/traces` } : { OTEL_TRACES_EXPORTER: 'none' }),
    ...(logs ? { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${logs}/v1/logs`, OTEL_LOGS_EXPORTER: 'otlp' } : {}),
  }
}
