/** A node:http service with `observe({ service })`, and the metrics about itself that it reports. */
import { SERVER } from '@lab/bench-overhead/apps'
import { Child } from '@lab/bench-overhead/child'
import type { Figures } from '@lab/bench-overhead/figures'
import getPort from 'get-port'
import { sampleSum } from './figures.ts'

export class Service {
  readonly origin: string
  readonly #child: Child
  readonly #metricsPort: number

  private constructor(child: Child, port: number, metricsPort: number) {
    this.#child = child
    this.origin = `http://127.0.0.1:${port}`
    this.#metricsPort = metricsPort
  }

  static async start(collectorPort: number): Promise<Service> {
    const metricsPort = await getPort()
    const child = new Child({
      args: [SERVER, 'http', 'observe'],
      env: {
        NODE_ENV: 'production',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collectorPort}`,
        OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
      },
      core: 0,
      output: (stream) => stream.resume(),
    })
    const { port } = await child.request<{ port: number }>()
    return new Service(child, port, metricsPort)
  }

  figures(): Promise<Figures> {
    return this.#child.request<Figures>('figures')
  }

  /** Requests that the histogram counts, spans that the collector has taken, spans that were given up. */
  async counts(): Promise<{ measured: number; exported: number; dropped: number }> {
    const text = await (await fetch(`http://127.0.0.1:${this.#metricsPort}/metrics`)).text()
    return {
      measured: sampleSum(text, /^http_server_request_duration_seconds_count\S* (\d+)$/gm),
      exported: sampleSum(text, /^observe_exported_total\{signal="spans"\} (\d+)$/gm),
      dropped: sampleSum(text, /^observe_dropped_total\{\S*signal="spans"\S*\} (\d+)$/gm),
    }
  }

  end(): Promise<void> {
    return this.#child.end(3000)
  }
}
