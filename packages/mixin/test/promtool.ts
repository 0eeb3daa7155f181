/**
 * promtool, where this machine has it.
 */

import { optionalTool } from '@lab/test-kit/tool'
import { execa } from 'execa'

const program = await optionalTool('promtool', 'the rules of the mixin')

export const hasPromtool = program !== undefined

/** Runs it in a folder; rejects with its output where it finds a fault. */
export async function promtool(cwd: string, ...args: string[]): Promise<string> {
  return (await execa(program ?? 'promtool', args, { cwd, all: true })).all
}
