/** A service that is bundled: answers one request and leaves without a further turn of the event loop. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import { observe } from '@lab/observe'
import { observeHttp } from '@lab/observe/http'

async function main() {
  const obs = observe({ service: 'bundled', admin: false })
  const greet = observeHttp(obs, (_request, response) => response.end('hello'), { route: () => '/greetings/:name' })
  const server = createServer(greet)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  await (await fetch(`http://127.0.0.1:${server.address().port}/greetings/ada`)).text()
  process.stderr.write((await obs.scrape()).body)
  process.exit(3)
}

void main()
