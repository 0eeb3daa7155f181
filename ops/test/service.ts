/**
 * A small real service on @lab/observe, as a user would write it: `node service.ts NAME PORT [UPSTREAM]`. It says a line
 * and asks the upstream, if it has one; without one it answers, and fails for ids that end in 7.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { observe } from '@lab/observe'
import { observeHttp } from '@lab/observe/http'

const [name = 'service', port = '0', upstream] = process.argv.slice(2)
const obs = observe({ service: name, version: '1.0.0', environment: 'test' })

async function greet(request: IncomingMessage, response: ServerResponse) {
  const id = request.url?.split('/').at(-1) ?? ''
  obs.log.info({ greeted: id }, 'greeting')
  if (upstream) response.statusCode = (await fetch(`${upstream}${request.url}`)).status
  else if (id.endsWith('7')) {
    obs.recordError(new Error(`no greeting for ${id}`))
    response.statusCode = 500
  }
  response.end('hello')
}

createServer(observeHttp(obs, greet, { route: () => '/greetings/:id' })).listen(Number(port), '127.0.0.1')
