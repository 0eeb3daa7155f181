/**
 * A Prometheus in addition to the one of the shop: the same services, the same mixin and the same Alertmanager, but burn rates over
 * windows of seconds, so that a test sees an alert come and go. Nothing of the shop is changed for it.
 */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createMixin } from '@lab/observe-mixin'
import { freePort } from '@lab/test-kit/free-port'
import { requireTool } from '@lab/test-kit/tool'
import { Process } from './process.ts'
import type { Shop } from './shop.ts'

/** The severity of its alerts. It distinguishes them from those of the shop's own Prometheus, so that they silence none of them. */
export const severity = 'test'

export class WatchingPrometheus {
  readonly #process: Process
  readonly #home: string

  private constructor(process: Process, home: string) {
    this.#process = process
    this.#home = home
  }

  static async start(shop: Shop): Promise<WatchingPrometheus> {
    const program = await requireTool('prometheus')
    const home = await mkdtemp(join(tmpdir(), 'watching-'))
    await writeFiles(home, { ...rules(), 'prometheus/prometheus.json': JSON.stringify(configuration(shop)) })
    const port = await freePort()
    const process = new Process({
      name: 'watching-prometheus',
      command: [
        program,
        `--config.file=${join(home, 'prometheus/prometheus.json')}`,
        `--storage.tsdb.path=${join(home, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      env: {},
      log: join(home, 'prometheus.log'),
      health: `http://127.0.0.1:${port}/-/ready`,
    })
    await process.start()
    return new WatchingPrometheus(process, home)
  }

  async stop(): Promise<void> {
    await this.#process.stop()
    await rm(this.#home, { recursive: true, force: true })
  }
}

function rules(): Record<string, string> {
  return createMixin({
    services: ['payments'],
    slos: [{ kind: 'availability', objective: 0.999 }],
    burnRates: [{ severity: 'page', factor: 14.4, short: '10s', long: '20s' }],
    budgetWindow: '1m',
  })
}

/** JSON is YAML. */
function configuration(shop: Shop) {
  const host = (url: string) => new URL(url).host
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['rules/slo.yml'],
    alerting: {
      alert_relabel_configs: [{ target_label: 'severity', replacement: severity }],
      alertmanagers: [{ static_configs: [{ targets: [host(shop.url('alertmanager'))] }] }],
    },
    scrape_configs: [
      {
        job_name: 'services',
        static_configs: shop.services.map(({ name, metrics }) => ({
          targets: [host(metrics ?? '')],
          labels: { job: name },
        })),
      },
    ],
  }
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}
