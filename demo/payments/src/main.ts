/**
 * The payments service: authorises payments, in memory.
 */

import { createServer } from 'node:http'
import { Faults, listening, readEnvironment, runProgram, serve } from '@demo/chassis'
import { getRequestListener } from '@hono/node-server'
import { observe } from '@lab/observe'
import { z } from 'zod'
import { createApp } from './app.ts'
import { paymentFaults } from './card-network.ts'

await runProgram({
  async serve() {
    const { HOST: host, PORT: port } = readEnvironment(z.object(listening(8083)))
    const obs = observe({ service: 'payments', log: { redact: ['card', '*.card'] } })
    const app = createApp(obs, new Faults(obs, paymentFaults))
    await serve({ obs, server: createServer(getRequestListener(app.fetch)), host, port })
  },
})
