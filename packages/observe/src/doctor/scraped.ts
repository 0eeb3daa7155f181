/**
 * Reads what a running service answers on /metrics: whether it is well-formed, whose it is and what it says of delivery.
 */

export interface Scraped {
  series: number
  /** `service.name` and `process.pid` of `target_info`. */
  service: string | undefined
  pid: string | undefined
  requests: number
  exported: number
  dropped: number
}

const COMMENT = /^#(?: (?:HELP|TYPE|UNIT|EOF)\b.*)?/
/** name, labels, value, and perhaps a time; label values escape quotes, backslashes and line feeds. */
const SAMPLE =
  /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*)\})? (NaN|[+-]?(?:Inf|[\d.]+(?:e[+-]?\d+)?))(?: -?[\d.]+)?$/i

/** Throws a SyntaxError that shows the first line that is none of the format's. */
export function readExposition(text: string): Scraped {
  const scraped: Scraped = { series: 0, service: undefined, pid: undefined, requests: 0, exported: 0, dropped: 0 }
  for (const line of text.split('\n')) {
    if (line === '' || COMMENT.test(line)) continue
    const [, name, labels = '', value] = SAMPLE.exec(line) ?? []
    if (name === undefined) throw new SyntaxError(`"${line.slice(0, 80)}" is no line of Prometheus text`)
    scraped.series += 1
    if (name === 'target_info') {
      scraped.service = /service_name="([^"]*)"/.exec(labels)?.[1]
      scraped.pid = /process_pid="([^"]*)"/.exec(labels)?.[1]
    }
    if (name === 'http_server_request_duration_seconds_count') scraped.requests += Number(value)
    if (name === 'observe_exported_total') scraped.exported += Number(value)
    if (name === 'observe_dropped_total') scraped.dropped += Number(value)
  }
  return scraped
}
