/**
 * What a mixin is made for: which services, what they promise, where things are. Every default stands here.
 */

import { type BurnRate, burnRates } from './rules/burn-rates.ts'

export interface MixinOptions {
  /** Names of the services, as in the label `job` of their metrics. */
  services: readonly string[]
  /** What each service promises; without it 99.9 % of requests without a server error, and 99 % within 0.5 s. */
  slos?: readonly Slo[]
  /** Time over which an error budget is counted, at most what Prometheus keeps. `30d` by default. */
  budgetWindow?: string
  /** Windows and factors of the burn-rate alerts. Those of the SRE workbook by default. */
  burnRates?: readonly BurnRate[]
  /** Matchers that every PromQL selector has besides, such as `cluster="eu"`. */
  selector?: string
  /** Matchers that every LogQL selector has besides, such as `deployment_environment_name="production"`. */
  logSelector?: string
  /** Address of the runbook; each alert adds `#` and its name in lower case. */
  runbookUrl?: string
  /** What the uids of the dashboards begin with, and their tag, so that several mixins fit in one Grafana. `observe` by default. */
  name?: string
  /** Pages that every dashboard leads to, such as the service itself or Alertmanager. */
  links?: readonly Link[]
}

/** A page outside of Grafana. */
export interface Link {
  readonly title: string
  readonly url: string
}

/** What a service promises of its HTTP requests. */
export type Slo =
  /** `objective` of the requests, such as 0.999, are answered without a status of 500 or above. */
  | { readonly kind: 'availability'; readonly objective: number }
  /** `objective` of the requests are answered within `threshold` seconds, which has to be a boundary of the histogram. */
  | { readonly kind: 'latency'; readonly objective: number; readonly threshold: number }

/** The options with every default in its place. */
export type Settings = Required<MixinOptions>

export function settingsOf(options: MixinOptions): Settings {
  const settings: Settings = {
    slos: [
      { kind: 'availability', objective: 0.999 },
      { kind: 'latency', objective: 0.99, threshold: 0.5 },
    ],
    budgetWindow: '30d',
    burnRates,
    selector: '',
    logSelector: '',
    runbookUrl: 'https://unpkg.com/@lab/observe-mixin/runbook.md',
    name: 'observe',
    links: [],
    ...options,
  }
  checkServices(settings.services)
  checkSlos(settings.slos)
  checkName(settings.name)
  checkLinks(settings.links)
  return settings
}

/** Names that need no escape in a label's value or a regular expression; a dot matches itself there. */
const SERVICE = /^[\w.-]+$/

function checkServices(services: readonly string[]): void {
  if (services.length === 0) throw new RangeError('A mixin needs the name of one service at least.')
  for (const service of services) {
    if (!SERVICE.test(service)) {
      throw new RangeError(`"${service}" cannot be a service's name here: use letters, digits, "_", "." and "-".`)
    }
  }
}

function checkSlos(slos: readonly Slo[]): void {
  for (const slo of slos) {
    if (!(slo.objective > 0 && slo.objective < 1)) {
      throw new RangeError(`The objective ${slo.objective} is no share: give one between 0 and 1, such as 0.999.`)
    }
    if (slo.kind === 'latency' && !(slo.threshold > 0)) {
      throw new RangeError(`The threshold ${slo.threshold} is no duration: give seconds, such as 0.5.`)
    }
  }
  const kinds = slos.map(({ kind }) => kind)
  if (new Set(kinds).size < kinds.length) throw new RangeError('Give one objective of each kind at most.')
}

/** A uid of Grafana has 40 characters at most. */
const NAME = /^[a-z0-9-]{1,24}$/

function checkName(name: string): void {
  if (NAME.test(name)) return
  throw new RangeError(`"${name}" cannot begin a dashboard's uid: use at most 24 of a to z, 0 to 9 and "-".`)
}

function checkLinks(links: readonly Link[]): void {
  for (const { title, url } of links) {
    if (!URL.canParse(url)) throw new RangeError(`"${url}" of the link "${title}" is no address: begin with https://.`)
  }
}
