/**
 * The services of the shop, described once. `pnpm demo` starts processes from it, the storefront's status page and the
 * mixin read it, and `pnpm --filter @demo/shop run generate` writes from it what Compose and Prometheus read. A new
 * service is one more entry here; a test names each file that has to follow.
 */

interface Service {
  /** Folder in demo/, `service.name` of its signals, `job` of its metrics, host name in Compose and Kubernetes. */
  readonly name: string
  /** What it does, without a subject: `places orders`. */
  readonly purpose: string
  /** TCP port of its requests. Without one it takes no requests. */
  readonly port?: number
  /** TCP port of its metrics and health on the host. In a container each has CONTAINER_METRICS_PORT. */
  readonly metricsPort: number
  /** It serves pages for a browser. */
  readonly hasPage?: true
  /** It keeps its data in PostgreSQL, and has migrations. */
  readonly database?: true
  /** Services that are healthy before it starts. */
  readonly needs: readonly string[]
  /** Services whose address it is given: `ORDERS_URL` for `orders`. */
  readonly calls: readonly string[]
}

export type ServiceName = (typeof entries)[number]['name']

export interface ServiceDescription extends Service {
  readonly name: ServiceName
}

/** TCP port of metrics and health inside a container. */
export const CONTAINER_METRICS_PORT = 9464

const entries = [
  {
    name: 'gateway',
    purpose: 'the storefront and its API',
    port: 8080,
    metricsPort: 9464,
    hasPage: true,
    needs: ['orders', 'inventory'],
    calls: ['orders', 'inventory', 'payments', 'notifier'],
  },
  {
    name: 'orders',
    purpose: 'places orders',
    port: 8081,
    metricsPort: 9465,
    database: true,
    needs: ['inventory', 'payments'],
    calls: ['inventory', 'payments'],
  },
  {
    name: 'inventory',
    purpose: 'keeps the stock',
    port: 8082,
    metricsPort: 9466,
    database: true,
    needs: [],
    calls: [],
  },
  {
    name: 'payments',
    purpose: 'authorises payments',
    port: 8083,
    metricsPort: 9467,
    database: true,
    needs: [],
    calls: [],
  },
  {
    name: 'notifier',
    purpose: 'sends receipts from a queue',
    port: 8084,
    metricsPort: 9468,
    database: true,
    needs: [],
    calls: [],
  },
  {
    name: 'traffic',
    purpose: 'a few shoppers, all the time',
    metricsPort: 9469,
    needs: ['gateway', 'notifier'],
    calls: ['gateway'],
  },
] as const satisfies readonly Service[]

export const services: readonly ServiceDescription[] = entries

/** Who takes alerts from Alertmanager, at which path of its admin port. */
export const ALERT_RECEIVER: { service: ServiceName; path: string } = { service: 'notifier', path: '/notifications' }

/** Names of the services that take requests. */
export const servers: readonly ServiceName[] = services.filter(({ port }) => port !== undefined).map(({ name }) => name)

/** Names of the services that have migrations. */
export const databaseClients: readonly ServiceName[] = services
  .filter(({ database }) => database)
  .map(({ name }) => name)

export function serviceNamed(name: string): ServiceDescription {
  const service = services.find((one) => one.name === name)
  if (!service) throw new Error(`demo/shop/src/services.ts describes no service ${name}. Add it there.`)
  return service
}

/** Port of its requests. Throws for a service that takes none. */
export function portOf(name: string): number {
  const { port } = serviceNamed(name)
  if (port === undefined) throw new Error(`${name} takes no requests: demo/shop/src/services.ts gives it no port.`)
  return port
}

/** Name of the variable that holds its address: `ORDERS_URL`. */
export function urlVariable(name: string): string {
  return `${name.toUpperCase()}_URL`
}

/** Name of the variable that moves the port of its requests on the host: `DEMO_ORDERS_PORT`. */
export function portVariable(name: string): string {
  return `DEMO_${name.toUpperCase()}_PORT`
}

/** Name of the variable that moves the port of its metrics on the host: `DEMO_ORDERS_METRICS_PORT`. */
export function metricsPortVariable(name: string): string {
  return `DEMO_${name.toUpperCase()}_METRICS_PORT`
}
