/**
 * The services of the shop as processes of this machine: on which port each runs, with which environment. A further
 * service is one more entry here.
 */

import { join } from 'node:path'
import type { ServiceDescription } from './description.ts'
import { probeHttp } from './health.ts'

export const servicePorts = {
  DEMO_GATEWAY_PORT: 8080,
  DEMO_GATEWAY_METRICS_PORT: 9464,
  DEMO_ORDERS_PORT: 8081,
  DEMO_ORDERS_METRICS_PORT: 9465,
  DEMO_INVENTORY_PORT: 8082,
  DEMO_INVENTORY_METRICS_PORT: 9466,
  DEMO_PAYMENTS_PORT: 8083,
  DEMO_PAYMENTS_METRICS_PORT: 9467,
  DEMO_NOTIFIER_PORT: 8084,
  DEMO_NOTIFIER_METRICS_PORT: 9468,
  DEMO_TRAFFIC_METRICS_PORT: 9469,
} as const

type Variable = keyof typeof servicePorts
type Ports = Readonly<Record<string, number>>

/** What tells one service of ours from another. */
interface Entry {
  readonly name: string
  readonly purpose: string
  readonly needs: readonly string[]
  /** Without it the service takes no requests. */
  readonly port?: Variable
  readonly hasPage?: true
  readonly metricsPort: Variable
  /** It keeps its data in PostgreSQL, and has migrations. */
  readonly database?: true
}

const entries: readonly Entry[] = [
  {
    name: 'gateway',
    purpose: 'the storefront and its API',
    needs: ['orders', 'inventory'],
    port: 'DEMO_GATEWAY_PORT',
    hasPage: true,
    metricsPort: 'DEMO_GATEWAY_METRICS_PORT',
  },
  {
    name: 'orders',
    purpose: 'places orders',
    needs: ['postgres', 'inventory', 'payments'],
    port: 'DEMO_ORDERS_PORT',
    metricsPort: 'DEMO_ORDERS_METRICS_PORT',
    database: true,
  },
  {
    name: 'inventory',
    purpose: 'keeps the stock',
    needs: ['postgres'],
    port: 'DEMO_INVENTORY_PORT',
    metricsPort: 'DEMO_INVENTORY_METRICS_PORT',
    database: true,
  },
  {
    name: 'payments',
    purpose: 'authorises payments',
    needs: ['postgres'],
    port: 'DEMO_PAYMENTS_PORT',
    metricsPort: 'DEMO_PAYMENTS_METRICS_PORT',
    database: true,
  },
  {
    name: 'notifier',
    purpose: 'sends receipts from a queue',
    needs: ['postgres'],
    port: 'DEMO_NOTIFIER_PORT',
    metricsPort: 'DEMO_NOTIFIER_METRICS_PORT',
    database: true,
  },
  {
    name: 'traffic',
    purpose: 'a few shoppers, all the time',
    needs: ['gateway', 'notifier'],
    metricsPort: 'DEMO_TRAFFIC_METRICS_PORT',
  },
]

/** A service needs little; V8 would take what the machine has: 96 MB hold the shop together at full speed. */
const smallHeap = ['--max-old-space-size=96', '--max-semi-space-size=4']

export interface Surroundings {
  /** The repository. */
  readonly root: string
  /** The folder of what is kept. */
  readonly home: string
  readonly ports: Ports
  readonly databaseUrl: string
  /** Address of the page of a trace, with `{id}` in the place of its id. */
  readonly tracePage: string
  /** Where the services send their signals, as environment. */
  readonly telemetry: Readonly<Record<string, string>>
}

export function describeServices(surroundings: Surroundings): ServiceDescription[] {
  return entries.map((entry) => describeEntry(entry, surroundings))
}

/** Where each service answers a scrape. */
export function scrapedServices(ports: Ports): { name: string; metrics: string }[] {
  return entries.map(({ name, metricsPort }) => ({ name, metrics: `${address(ports, metricsPort)}/metrics` }))
}

/** Who takes alerts: the notifier. */
export function alertReceiver(ports: Ports): string {
  return `${address(ports, 'DEMO_NOTIFIER_PORT')}/alerts`
}

function portOf(ports: Ports, variable: Variable): number {
  return ports[variable] ?? servicePorts[variable]
}

function address(ports: Ports, variable: Variable): string {
  return `http://127.0.0.1:${portOf(ports, variable)}`
}

function describeEntry(entry: Entry, surroundings: Surroundings): ServiceDescription {
  const { root, home, ports, databaseUrl, telemetry, tracePage } = surroundings
  const { name, purpose, needs } = entry
  const claim = (variable: Variable) => ({ variable, port: portOf(ports, variable) })
  const admin = address(ports, entry.metricsPort)
  const main = ['--enable-source-maps', ...smallHeap, 'dist/main.js']
  return {
    name,
    kind: 'service',
    purpose,
    // What takes its signals stops after it, so that it gets what the service still has to say on its way out.
    needs: ['console', 'jaeger', ...needs],
    ports: [...(entry.port ? [claim(entry.port)] : []), claim(entry.metricsPort)],
    ...(entry.port && { url: address(ports, entry.port) }),
    hasPage: entry.hasPage ?? false,
    metrics: `${admin}/metrics`,
    log: join(home, 'logs', `${name}.log`),
    readyWithin: 60_000,
    probe: (signal) => probeHttp(`${admin}/readyz`, signal),
    run: {
      kind: 'program',
      command: [process.execPath, ...main],
      ...(entry.database && { prepare: [process.execPath, ...main, 'migrate'] }),
      stopWithin: 20_000,
      cwd: join(root, 'demo', name),
      env: {
        HOST: '127.0.0.1',
        ...(entry.port && { PORT: String(portOf(ports, entry.port)) }),
        OTEL_EXPORTER_PROMETHEUS_PORT: String(portOf(ports, entry.metricsPort)),
        // Fewer arenas for malloc: a service has one busy thread.
        MALLOC_ARENA_MAX: '2',
        ...telemetry,
        // Its sessions are found by name in pg_stat_activity.
        ...(entry.database && { DATABASE_URL: databaseUrl, PGAPPNAME: name }),
        ...(entry.hasPage && { TRACE_PAGE: tracePage }),
        ...Object.fromEntries(
          entries.flatMap((peer) => (peer.port ? [[`${peer.name.toUpperCase()}_URL`, address(ports, peer.port)]] : [])),
        ),
      },
    },
  }
}
