/**
 * The files of ops/ that are written from the description of the services.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { composeFile } from './compose.ts'
import { targetsFile } from './targets.ts'

interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

export const root = join(import.meta.dirname, '../../..')

export function generatedFiles(): GeneratedFile[] {
  const compose = 'ops/compose.yaml'
  return [
    { path: compose, text: composeFile(readFileSync(join(root, compose), 'utf8')) },
    { path: 'ops/prometheus/targets/services.yml', text: targetsFile() },
  ]
}
