/**
 * Whether an endpoint can be reached at all, and if not, why: the name, the network, the port or TLS.
 */
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type CheckResult, ok, problem } from './results.ts'

/** Opens a connection and closes it again. */
export async function reach(url: URL, timeoutMs: number): Promise<CheckResult> {
  const error = await connect(url, timeoutMs)
  if (error === undefined) return ok(`${url.origin} can be reached`)
  const [text, remedy] = explain(error, url)
  return problem(text, remedy)
}

/** Resolves with what prevented it. */
function connect(url: URL, timeoutMs: number): Promise<NodeJS.ErrnoException | undefined> {
  // Brackets around an IPv6 address belong to the URL alone.
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const secure = url.protocol === 'https:'
  const port = Number(url.port) || (secure ? 443 : 80)
  return new Promise((resolve) => {
    const socket: Socket = secure
      ? connectTls({ host, port, servername: /^[\d.]+$|:/.test(host) ? '' : host }, () => settle(undefined))
      : connectTcp(port, host, () => settle(undefined))
    const timer = setTimeout(
      () => settle(Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' })),
      timeoutMs,
    )
    const settle = (error: NodeJS.ErrnoException | undefined) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(error)
    }
    socket.on('error', settle)
  })
}

const CERTIFICATE = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** What an error of the connection means, and what to do about it. */
export function explain(error: NodeJS.ErrnoException, url: URL): [text: string, remedy: string] {
  const { code = '', message } = error
  const fault = code === '' || message.includes(code) ? message : `${code}: ${message}`
  const variable = 'OTEL_EXPORTER_OTLP_ENDPOINT'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return [
      `DNS does not know "${url.hostname}" (${code})`,
      `Correct the host in ${variable}, or look at the DNS of this machine or container.`,
    ]
  }
  if (code === 'ECONNREFUSED') {
    const local = /^(?:localhost|127\.|\[::1\])/.test(url.hostname)
    const inside = local ? ' In a container, localhost is the container itself: name the host of the collector.' : ''
    return [
      `${url.host} refuses connections: nothing listens there`,
      `Start what takes OTLP there (npx @lab/observe-console does on port 4318), or set ${variable}.${inside}`,
    ]
  }
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') {
    return [
      `${url.host} does not answer (${fault})`,
      `Look for a firewall, network policy or wrong host between here and ${url.host}.`,
    ]
  }
  if (CERTIFICATE.has(code)) {
    return [
      `the certificate of ${url.host} is not accepted (${fault})`,
      'Set NODE_EXTRA_CA_CERTS=/path/to/ca.pem to trust your own authority, or renew the certificate.',
    ]
  }
  if (/^ERR_SSL|^EPROTO/.test(code)) {
    return [`${url.host} does not speak TLS (${fault})`, `Begin ${variable} with http:// instead of https://.`]
  }
  if (/^HPE_|^ECONNRESET/.test(code) || message === 'socket hang up') {
    return [
      `${url.host} does not speak HTTP/1.1 (${fault})`,
      'Port 4317 is usually gRPC: OTLP over HTTP has 4318. A port that expects TLS needs https://.',
    ]
  }
  return [`the connection to ${url.host} failed (${fault})`, `Look at ${variable} and at what runs there.`]
}
