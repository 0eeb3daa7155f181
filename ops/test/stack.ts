/**
 * Backends for one file of tests: each on a free port, with its data in a temporary folder, started from the same
 * descriptions as `pnpm demo up` uses, and two small services that send to them.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@lab/test-kit/free-port'
import { type HttpSink, startHttpSink } from '@lab/test-kit/http-sink'
import { type Backend, backendPorts, describeBackends, otlpEnvironment } from '@ops/backends'
import { BackendProcess, Process } from './process.ts'

export class Stack {
  readonly backends: readonly BackendProcess[]
  readonly front: Process
  readonly back: Process
  /** Where requests go. */
  readonly frontUrl: string
  readonly alerts: HttpSink
  readonly console: HttpSink
  readonly #home: string

  private constructor(plan: Plan, backends: readonly Backend[], alerts: HttpSink, console: HttpSink) {
    const { home, ports, front, back } = plan
    const otlp = otlpEnvironment({ backends, ports, console: console.url })
    this.#home = home
    this.alerts = alerts
    this.console = console
    this.backends = backends.map((backend) => new BackendProcess(backend))
    this.frontUrl = `http://127.0.0.1:${front.port}`
    this.back = serviceProcess({ ...back, env: otlp, home })
    this.front = serviceProcess({ ...front, env: otlp, home, upstream: `http://127.0.0.1:${back.port}` })
  }

  /** Starts everything and waits until it is ready. Throws when the program of a backend is not on this machine. */
  static async start(): Promise<Stack> {
    const plan = await makePlan()
    const [alerts, console] = [await startHttpSink(), await startHttpSink()]
    const { found, missing } = await describeBackends({
      home: plan.home,
      ports: plan.ports,
      services: [plan.front, plan.back].map(({ name, metricsPort }) => ({ name, metrics: metricsUrl(metricsPort) })),
      alertReceiver: `${alerts.url}/alerts`,
      console: console.url,
    })
    if (missing.length > 0) {
      throw new Error(`Not on this machine: ${missing.join(', ')}. Run \`pnpm tools ${missing.join(' ')}\` first.`)
    }
    const stack = new Stack(plan, found, alerts, console)
    try {
      await Promise.all([...stack.backends, stack.back, stack.front].map((process) => process.start()))
      return stack
    } catch (error) {
      await stack.stop()
      throw error
    }
  }

  backend(name: string): BackendProcess {
    const found = this.backends.find((backend) => backend.name === name)
    if (!found) throw new Error(`There is no backend "${name}".`)
    return found
  }

  async stop(): Promise<void> {
    // Services first, so that their last signals have somewhere to go.
    await Promise.all([this.front.stop(), this.back.stop()])
    await Promise.all(this.backends.map((backend) => backend.stop()))
    await Promise.all([this.alerts.close(), this.console.close()])
    await rm(this.#home, { recursive: true, force: true })
  }
}

interface Plan {
  readonly home: string
  readonly ports: Readonly<Record<string, number>>
  readonly front: ServicePlan
  readonly back: ServicePlan
}

interface ServicePlan {
  readonly name: string
  readonly port: number
  readonly metricsPort: number
}

async function makePlan(): Promise<Plan> {
  const ports: Record<string, number> = {}
  for (const variable of Object.keys(backendPorts)) ports[variable] = await freePort()
  const service = async (name: string) => ({ name, port: await freePort(), metricsPort: await freePort() })
  return {
    home: await mkdtemp(join(tmpdir(), 'stack-')),
    ports,
    front: await service('front'),
    back: await service('back'),
  }
}

interface ServiceOptions extends ServicePlan {
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  readonly upstream?: string
}

function serviceProcess({ name, port, metricsPort, env, home, upstream }: ServiceOptions): Process {
  const program = join(import.meta.dirname, 'service.ts')
  return new Process({
    name,
    command: [process.execPath, program, name, String(port), ...(upstream ? [upstream] : [])],
    env: { ...env, OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort), OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1' },
    log: join(home, `${name}.log`),
    health: `http://127.0.0.1:${metricsPort}/readyz`,
  })
}

function metricsUrl(port: number): string {
  return `http://127.0.0.1:${port}/metrics`
}
