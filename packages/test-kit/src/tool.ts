/**
 * Programs that tests run where this machine has them, such as promtool and k6.
 */

import { findTool, toolOf } from '@ops/tools'

/** Path of the program. Throws where it has to be built first. */
export async function requireTool(program: string): Promise<string> {
  const found = await findTool(program)
  if (found) return found.path
  throw new Error(missing(program))
}

/** Path of the program, or undefined with the reason printed, so that a skipped test is never silent. */
export async function optionalTool(program: string, tested: string): Promise<string | undefined> {
  const found = await findTool(program)
  if (!found) process.stderr.write(`Not tested: ${tested}. ${missing(program)}\n`)
  return found?.path
}

function missing(program: string): string {
  return `${program} is not on this machine. Run \`pnpm tools ${toolOf(program)?.name}\` first.`
}
