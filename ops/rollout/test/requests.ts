/**
 * Users at the public port while releases change: kept-alive connections, posts whose body takes its time, and every answer counted.
 */

import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

export interface Users {
  /** Ends when the open requests are done; gives what was sent, and each failure. */
  leave(): Promise<{ sent: number; failures: string[] }>
}

/** `rate`: requests a second, half of them slow posts. */
export function enter(url: string, rate: number): Users {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const open = new Set<Promise<void>>()
  const failures: string[] = []
  let sent = 0
  const timer = setInterval(() => {
    const slow = sent++ % 2 === 0
    const one = send(agent, url, slow)
      .catch((error: Error) => void failures.push(error.message))
      .finally(() => open.delete(one))
    open.add(one)
  }, 1000 / rate)
  return {
    async leave() {
      clearInterval(timer)
      await Promise.all(open)
      agent.destroy()
      return { sent, failures }
    },
  }
}

async function send(agent: Agent, url: string, slow: boolean): Promise<void> {
  const outgoing = request(new URL(slow ? '/slow' : '/', url), { agent, method: slow ? 'POST' : 'GET' })
  const answered = new Promise<number | undefined>((resolve, reject) => {
    outgoing.on('error', reject)
    outgoing.on('response', (response) =>
      response
        .resume()
        .on('end', () => resolve(response.statusCode))
        .on('error', reject),
    )
  })
  // Handled by the caller, also when it fails during the pause.
  answered.catch(() => undefined)
  if (slow) {
    outgoing.write('a'.repeat(1000))
    await pause(200)
  }
  outgoing.end(slow ? 'b'.repeat(1000) : undefined)
  const status = await answered
  if (status !== 200) throw new Error(`status ${status}`)
}
