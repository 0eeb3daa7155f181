/**
 * The shop as processes of this machine: what runs, on which port, with which environment. A further service or backend
 * is one more entry here.
 */

import { join } from 'node:path'
import { createBuild } from './build.ts'
import { consoleEnvironment, describeConsole } from './console.ts'
import type { DescribeContext, ServiceDescription, Shop } from './description.ts'
import { probeHttp } from './health.ts'
import { databaseUrl, describePostgres } from './postgres.ts'

const ports = {
  DEMO_CONSOLE_PORT: 4300,
  DEMO_CONSOLE_OTLP_PORT: 4318,
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
  DEMO_POSTGRES_PORT: 15432,
} as const

type Variable = keyof typeof ports

/** What tells one service of ours from another. */
interface Entry {
  readonly name: string
  readonly purpose: string
  readonly needs: readonly string[]
  /** Without it the service takes no requests. */
  readonly port?: Variable
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
    needs: [],
    port: 'DEMO_PAYMENTS_PORT',
    metricsPort: 'DEMO_PAYMENTS_METRICS_PORT',
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

/** The shop of the repository at `root`, with what it keeps in `home`. */
export function createShop(root: string, home: string): Shop {
  return {
    ports,
    build: createBuild(root, home),
    async describe(context) {
      const postgres = { variable: 'DEMO_POSTGRES_PORT', port: portOf(context, 'DEMO_POSTGRES_PORT') }
      const url = await databaseUrl(home, postgres.port)
      const consolePorts = {
        page: { variable: 'DEMO_CONSOLE_PORT', port: portOf(context, 'DEMO_CONSOLE_PORT') },
        otlp: { variable: 'DEMO_CONSOLE_OTLP_PORT', port: portOf(context, 'DEMO_CONSOLE_OTLP_PORT') },
      }
      const surroundings = { root, context, home, databaseUrl: url, telemetry: consoleEnvironment(consolePorts) }
      const services = entries.map((entry) => describeEntry(entry, surroundings))
      return [describeConsole(root, home, consolePorts), ...services, describePostgres(home, postgres, url)]
    },
  }
}

function portOf(context: DescribeContext, variable: Variable): number {
  return context.ports[variable] ?? ports[variable]
}

interface Surroundings {
  readonly root: string
  readonly home: string
  readonly context: DescribeContext
  readonly databaseUrl: string
  /** Where the service sends its signals. */
  readonly telemetry: Readonly<Record<string, string>>
}

function describeEntry(
  entry: Entry,
  { root, home, context, databaseUrl, telemetry }: Surroundings,
): ServiceDescription {
  const { name, purpose, needs } = entry
  const claim = (variable: Variable) => ({ variable, port: portOf(context, variable) })
  const address = (variable: Variable) => `http://127.0.0.1:${portOf(context, variable)}`
  const admin = address(entry.metricsPort)
  const main = ['--enable-source-maps', ...smallHeap, 'dist/main.js']
  return {
    name,
    purpose,
    // The console stops last, so that it gets what a service still has to say on its way out.
    needs: ['console', ...needs],
    ports: [...(entry.port ? [claim(entry.port)] : []), claim(entry.metricsPort)],
    ...(entry.port && { url: address(entry.port) }),
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
        ...(entry.port && { PORT: String(portOf(context, entry.port)) }),
        OTEL_EXPORTER_PROMETHEUS_PORT: String(portOf(context, entry.metricsPort)),
        // Fewer arenas for malloc: a service has one busy thread.
        MALLOC_ARENA_MAX: '2',
        ...telemetry,
        ...(entry.database && { DATABASE_URL: databaseUrl }),
        ...Object.fromEntries(
          entries.flatMap((peer) => (peer.port ? [[`${peer.name.toUpperCase()}_URL`, address(peer.port)]] : [])),
        ),
      },
    },
  }
}
