/**
 * The ports of the backends by the variable that moves them; their usual ones, as far as the console leaves them free.
 */

export const backendPorts = {
  DEMO_PROMETHEUS_PORT: 9090,
  DEMO_ALERTMANAGER_PORT: 9093,
  DEMO_LOKI_PORT: 3100,
  DEMO_LOKI_GRPC_PORT: 9096,
  DEMO_JAEGER_PORT: 16686,
  /** OTLP over HTTP. Its usual 4318 is the console's. */
  DEMO_JAEGER_OTLP_PORT: 4319,
  DEMO_JAEGER_GRPC_PORT: 16685,
  DEMO_JAEGER_HEALTH_PORT: 13133,
  DEMO_JAEGER_METRICS_PORT: 8888,
  DEMO_JAEGER_SPANMETRICS_PORT: 8889,
} as const

export type Variable = keyof typeof backendPorts

/** What moves a port, and its default. */
export type Ports = Readonly<Record<string, number>>

export function portOf(ports: Ports, variable: Variable): number {
  return ports[variable] ?? backendPorts[variable]
}

export function urlOf(ports: Ports, variable: Variable): string {
  return `http://127.0.0.1:${portOf(ports, variable)}`
}
