/**
 * What a consumer's service does, whichever way it got hold of the library: serves a route and its own /metrics, answers
 * one request and stops. The log goes to standard output, what /metrics said to standard error.
 */

import { once } from 'node:events'
import { createServer } from 'node:http'

/** @param {{ observe: Function, adminListener: Function, observeHttp: Function }} library */
export async function serveOnce({ observe, adminListener, observeHttp }) {
  const obs = observe({ service: 'consumer', admin: false, traces: false })
  const greet = observeHttp(obs, (_request, response) => response.end('hello'), { route: () => '/greetings/:name' })
  const admin = adminListener(obs)
  const server = createServer((request, response) => {
    const handle = request.url === '/metrics' ? admin : greet
    handle(request, response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const origin = `http://127.0.0.1:${server.address().port}`
  await (await fetch(`${origin}/greetings/ada`)).text()
  process.stderr.write(await (await fetch(`${origin}/metrics`)).text())
  server.closeAllConnections()
  server.close()
  await obs.shutdown()
}
