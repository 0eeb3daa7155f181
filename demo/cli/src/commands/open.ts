/**
 * `pnpm demo open [service]`: the page of a service in the browser. Prints the link as well: over ssh there is no browser.
 */

import { execa } from 'execa'
import type { ServiceStatus } from '../modes/mode.ts'
import type { Modes } from '../modes/modes.ts'
import { Failure } from '../terminal/failure.ts'
import { print } from '../terminal/output.ts'
import { didYouMean } from '../terminal/similar.ts'

/** Milliseconds; some openers stay until the browser is closed. */
const OPENER_WITHIN = 5000

export async function openPage(modes: Modes, name: string): Promise<void> {
  const statuses = await (await modes.current()).status()
  const url = pageOf(statuses, name)
  print(url)
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open'
  const { failed, timedOut } = await execa(opener, [url], { reject: false, stdio: 'ignore', timeout: OPENER_WITHIN })
  if (failed && !timedOut) throw new Failure(`No browser could be opened here (${opener}). Open the link yourself.`)
}

function pageOf(statuses: readonly ServiceStatus[], name: string): string {
  const status = statuses.find((each) => each.name === name)
  const withPage = statuses.filter(({ hasPage }) => hasPage).map((each) => each.name)
  const listed = `These have one: ${withPage.join(', ')}.`
  if (!status) {
    const names = statuses.map((each) => each.name)
    throw new Failure(`There is no service "${name}".${didYouMean(name, names)} ${listed}`, { exitCode: 2 })
  }
  if (!status.hasPage || status.url === undefined) throw new Failure(`${name} has no page. ${listed}`, { exitCode: 2 })
  if (status.health.state === 'stopped') {
    throw new Failure(`${name} does not run, so there is no page to open. Start it with \`pnpm demo up\`.`)
  }
  return status.url
}
