/**
 * promtool, where this machine has it; tests that need it say why they do not run.
 */

import { findTool } from '@ops/tools'
import { execa } from 'execa'

const tool = await findTool('promtool')

if (!tool)
  process.stderr.write('promtool is not on this machine, so rules are not tested: run `pnpm tools prometheus`.\n')

export const hasPromtool = tool !== undefined

/** Runs it in a folder; rejects with its words when it finds fault. */
export async function promtool(cwd: string, ...args: string[]): Promise<string> {
  return (await execa(tool?.path ?? 'promtool', args, { cwd, all: true })).all
}
