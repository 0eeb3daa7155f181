/**
 * The services of the shop as processes of this machine: on which port each runs, with which environment. Which services there
 * are is said in demo/shop.
 */

import { join } from 'node:path'
import {
  ALERT_RECEIVER,
  metricsPortVariable,
  portOf,
  portVariable,
  type ServiceDescription as ShopService,
  serviceNamed,
  services,
  urlVariable,
} from '@demo/shop'
import type { ServiceDescription } from './description.ts'
import { probeHttp } from './health.ts'

/** The default of every port, by the variable that moves it. */
export const servicePorts: Readonly<Record<string, number>> = Object.fromEntries(
  services.flatMap(({ name, port, metricsPort }) => [
    ...(port === undefined ? [] : [[portVariable(name), port] as const]),
    [metricsPortVariable(name), metricsPort] as const,
  ]),
)

type Ports = Readonly<Record<string, number>>

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
  return services.map((service) => describeService(service, surroundings))
}

/** Where each service answers a scrape. */
export function scrapedServices(ports: Ports): { name: string; metrics: string }[] {
  return services.map(({ name }) => ({ name, metrics: `${metricsAddress(ports, name)}/metrics` }))
}

/** The URL that takes alerts. */
export function alertReceiver(ports: Ports): string {
  return `${metricsAddress(ports, ALERT_RECEIVER.service)}${ALERT_RECEIVER.path}`
}

/** Of its requests. Throws for a service that takes none. */
function address(ports: Ports, name: string): string {
  return `http://127.0.0.1:${ports[portVariable(name)] ?? portOf(name)}`
}

function metricsAddress(ports: Ports, name: string): string {
  return `http://127.0.0.1:${ports[metricsPortVariable(name)] ?? serviceNamed(name).metricsPort}`
}

function describeService(service: ShopService, surroundings: Surroundings): ServiceDescription {
  const { root, home, ports, databaseUrl, telemetry, tracePage } = surroundings
  const { name, purpose, needs, database, hasPage = false } = service
  const claim = (variable: string, usual: number) => ({ variable, port: ports[variable] ?? usual })
  const requests = service.port === undefined ? undefined : claim(portVariable(name), service.port)
  const metrics = claim(metricsPortVariable(name), service.metricsPort)
  const admin = metricsAddress(ports, name)
  const main = ['--enable-source-maps', ...smallHeap, 'dist/main.js']
  return {
    name,
    kind: 'service',
    purpose,
    // What takes its signals stops after it, so that it gets what the service still has to say on its way out.
    needs: ['console', 'jaeger', ...(database ? ['postgres'] : []), ...needs],
    ports: requests ? [requests, metrics] : [metrics],
    ...(requests && { url: address(ports, name) }),
    hasPage,
    metrics: `${admin}/metrics`,
    log: join(home, 'logs', `${name}.log`),
    readyWithin: 60_000,
    probe: (signal) => probeHttp(`${admin}/readyz`, signal),
    run: {
      kind: 'program',
      command: [process.execPath, ...main],
      ...(database && { prepare: [process.execPath, ...main, 'migrate'] }),
      stopWithin: 20_000,
      cwd: join(root, 'demo', name),
      env: {
        HOST: '127.0.0.1',
        ...(requests && { PORT: String(requests.port) }),
        OTEL_EXPORTER_PROMETHEUS_PORT: String(metrics.port),
        // Fewer arenas for malloc: a service has one busy thread.
        MALLOC_ARENA_MAX: '2',
        ...telemetry,
        // Its sessions are found by name in pg_stat_activity.
        ...(database && { DATABASE_URL: databaseUrl, PGAPPNAME: name }),
        ...(hasPage && { TRACE_PAGE: tracePage }),
        ...Object.fromEntries(service.calls.map((peer) => [urlVariable(peer), address(ports, peer)])),
      },
    },
  }
}
