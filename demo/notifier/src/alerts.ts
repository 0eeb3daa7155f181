/**
 * The alerts that Alertmanager sends, as it last sent them. They are kept in memory: after a restart Alertmanager
 * repeats those that still fire. https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */

import type { NotificationReceiver } from '@demo/chassis'
import type { Observe } from '@lab/observe'
import { z } from 'zod'

const time = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-03-04T10:20:30Z' })

const alertSchema = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: z.object({ alertname: z.string().min(1), job: z.string().optional(), severity: z.string().optional() }),
  annotations: z.object({
    summary: z.string().optional(),
    description: z.string().optional(),
    runbook_url: z.string().optional(),
  }),
  startsAt: time,
  endsAt: time,
  /** The same for the same labels. */
  fingerprint: z.string().min(1),
})

/** What Alertmanager posts; anything else is refused. */
const notification = z.object({
  version: z.literal('4', 'expected version 4 of the webhook'),
  alerts: z.array(alertSchema).min(1, 'expected one alert at least'),
})

export interface Alert {
  readonly name: string
  /** The service that it is about. */
  readonly service?: string | undefined
  readonly severity?: string | undefined
  readonly status: 'firing' | 'resolved'
  readonly summary?: string | undefined
  readonly description?: string | undefined
  readonly runbookUrl?: string | undefined
  readonly startsAt: string
  /** Set once it is resolved. */
  readonly endsAt?: string
}

/** More than all rules together can fire for five services at once. */
const mostAlerts = 100

export class Alerts {
  readonly #obs: Observe
  /** By fingerprint, the most recently received last. */
  readonly #alerts = new Map<string, Alert>()

  constructor(obs: Observe) {
    this.#obs = obs
  }

  take({ alerts }: z.infer<typeof notification>): void {
    for (const received of alerts) {
      const alert = alertOf(received)
      if (this.#alerts.get(received.fingerprint)?.status !== alert.status) this.#log(alert)
      this.#alerts.delete(received.fingerprint)
      this.#alerts.set(received.fingerprint, alert)
    }
    while (this.#alerts.size > mostAlerts) this.#alerts.delete(this.#leastWanted())
  }

  /** Those that fire first, and the newest first among them and among the others. */
  list(): Alert[] {
    const rank = ({ status, startsAt, endsAt = startsAt }: Alert) => (status === 'firing' ? '1' : '0') + endsAt
    return [...this.#alerts.values()].toSorted((one, other) => (rank(one) < rank(other) ? 1 : -1))
  }

  /** The resolved one that was received longest ago; where all fire, the oldest of those. */
  #leastWanted(): string {
    const kept = [...this.#alerts]
    const [key = ''] = kept.find(([, { status }]) => status === 'resolved') ?? kept[0] ?? []
    return key
  }

  #log({ name, service, severity, status, summary }: Alert): void {
    const fields = { alert: name, about: service, severity, summary }
    if (status === 'firing') this.#obs.log.warn(fields, 'alert fires')
    else this.#obs.log.info(fields, 'alert is resolved')
  }
}

/** A hundred alerts at once, each with the expression that found it. */
const LARGEST_NOTIFICATION = 1024 * 1024

/** What the admin port takes from Alertmanager. Throws where it is no notification. */
export function notificationReceiver(alerts: Alerts): NotificationReceiver {
  return { largestBody: LARGEST_NOTIFICATION, take: (body) => alerts.take(notification.parse(body)) }
}

function alertOf({ status, labels, annotations, startsAt, endsAt }: z.infer<typeof alertSchema>): Alert {
  return {
    name: labels.alertname,
    service: labels.job,
    severity: labels.severity,
    status,
    summary: annotations.summary,
    description: annotations.description,
    runbookUrl: annotations.runbook_url,
    startsAt,
    ...(status === 'resolved' && { endsAt }),
  }
}
