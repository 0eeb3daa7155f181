/**
 * The port of /metrics: free for a service that is about to start, or answered by one that runs.
 */
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Settings } from '../settings/options.ts'
import { portHolder } from './port-holder.ts'
import { type CheckResult, note, ok, problem, type Section, warning } from './results.ts'
import { readExposition, type Scraped } from './scraped.ts'

const MOVE = 'Set OTEL_EXPORTER_PROMETHEUS_PORT (0 for any free port), or the option admin.port.'
const TIMEOUT_MS = 5000

export async function adminPort({ admin, service }: Settings, cwd: string): Promise<Section> {
  const title = 'Metrics, health'
  if (admin === undefined) return { title, results: [note('no admin port: OTEL_SDK_DISABLED is set')] }
  const { host, port } = admin
  if (port === 0) return { title, results: [ok('any free port; a log line of level debug names it')] }
  const at = `${host}:${port}`
  const error = await listenBriefly(host, port)
  if (error === undefined) return { title, results: [ok(`${at} is free for a service to start; none runs there now`)] }
  if (error.code !== 'EADDRINUSE') {
    const remedy = `Correct OTEL_EXPORTER_PROMETHEUS_HOST, an address of this machine. ${MOVE}`
    return { title, results: [problem(`no service can listen on ${at}: ${error.message}`, remedy)] }
  }
  return { title, results: await examineHolder(host, port, service, cwd) }
}

async function listenBriefly(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  const server = createServer()
  try {
    await once(server.listen(port, host), 'listening')
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  } finally {
    server.close()
  }
}

/** Something listens there. */
async function examineHolder(host: string, port: number, service: string, cwd: string): Promise<CheckResult[]> {
  const holder = portHolder(port)
  const held = holder?.name ?? 'a process that cannot be seen from here'
  const url = `http://${reachable(host)}:${port}/metrics`
  let scraped: Scraped
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    const text = await response.text()
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    scraped = readExposition(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return [problem(`port ${port} is taken by ${held}, and ${url} cannot be read: ${reason}`, MOVE)]
  }
  if (scraped.service === undefined) {
    return [problem(`port ${port} is taken by ${held}, which answers /metrics but is not @lab/observe`, MOVE)]
  }
  const from = scraped.pid === String(process.pid) ? 'this very doctor, by NODE_OPTIONS' : held
  // The service may be named in code, which is not seen from here.
  if (scraped.service !== service && holder?.folder !== cwd) {
    const text = `port ${port} is taken by the service "${scraped.service}", ${from}`
    return [warning(text, `If that is not this service, this one goes on without /metrics. ${MOVE}`)]
  }
  const answers = `${url} answers: "${scraped.service}", ${from}, ${scraped.series} series, well-formed`
  return [ok(answers), ...running(scraped)]
}

/** What a running service says of itself. */
function running({ requests, exported, dropped }: Scraped): CheckResult[] {
  const text = `requests it has measured: ${requests}, records it has delivered: ${exported}`
  if (dropped === 0) return [requests === 0 ? note(`${text}: send it a request and look again`) : ok(text)]
  const remedy = 'observe_dropped_total in /metrics has the reasons; docs/operations.md says what each one means.'
  return [warning(`${text}, but dropped ${dropped}`, remedy)]
}

/** A wildcard address is reached by loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
