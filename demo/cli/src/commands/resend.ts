/**
 * `pnpm demo resend`: the receipts that could not be sent, however often it was tried, are queued again. The notifier does it.
 */

import { z } from 'zod'
import type { Modes } from '../modes/modes.ts'
import { Failure, reasonOf } from '../terminal/failure.ts'
import { print } from '../terminal/output.ts'

const WITHIN_MS = 10_000
const answerSchema = z.object({ queued: z.int() })

export async function resendReceipts(modes: Modes): Promise<void> {
  const notifier = (await (await modes.current()).status()).find(({ name }) => name === 'notifier')
  if (!notifier?.url || notifier.health.state === 'stopped') {
    throw new Failure('The notifier does not run, so nothing was queued. Start it with `pnpm demo up`.')
  }
  const url = `${notifier.url}/queue/resend`
  try {
    const response = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(WITHIN_MS) })
    if (!response.ok) throw new Error(`it answered ${response.status}: ${(await response.text()).slice(0, 300)}`)
    const { queued } = answerSchema.parse(await response.json())
    print(queued === 0 ? 'There is no receipt to send again.' : `${queued} receipts are queued again.`)
  } catch (cause) {
    throw new Failure(`The notifier did not take POST ${url}: ${reasonOf(cause)}.`, { cause })
  }
}
