/**
 * Finds who receives spans, so that services export only when somebody listens.
 */

import { isListening } from './ports.ts'

const defaultEndpoint = 'http://127.0.0.1:4318'

/** The OTLP endpoint of the environment, else the usual one on this machine; undefined when nobody listens there. */
export async function findOtlpEndpoint(env: Readonly<Record<string, string | undefined>>): Promise<string | undefined> {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT || defaultEndpoint
  const url = URL.parse(endpoint)
  if (!url) return undefined
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
  return (await isListening(port, url.hostname)) ? endpoint : undefined
}
