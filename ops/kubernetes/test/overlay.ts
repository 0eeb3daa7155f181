/**
 * An overlay as kustomize renders it, by whichever program is there: `kustomize`, or `kubectl`, which has it built in.
 */
import { join } from 'node:path'
import { execa } from 'execa'
import { parseAllDocuments } from 'yaml'

export interface Overlay {
  /** Every object, as text and parsed. */
  documents: readonly Document[]
  /** The objects of a kind. Their shape is what the schema test makes sure of. */
  ofKind<Kind>(kind: string): Kind[]
}

export interface Document {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string }
}

export type OverlayName = 'laptop' | 'production'

export const overlayNames: readonly OverlayName[] = ['laptop', 'production']

/** Without restriction, because the laptop's configuration files are those of Compose, in other folders. */
const BUILD_FLAGS = ['--load-restrictor', 'LoadRestrictionsNone']
const PROGRAMS = [
  ['kustomize', 'build'],
  ['kubectl', 'kustomize'],
] as const

const program = await firstProgram()

/** False where neither program is installed: then the tests of the overlays are skipped. */
export const canBuild = program !== undefined

export async function buildOverlay(name: OverlayName): Promise<Overlay> {
  if (!program) throw new Error('Neither kustomize nor kubectl is on PATH. Install one of them.')
  const [command, ...verb] = program
  const folder = join(import.meta.dirname, '..', name)
  const { stdout } = await execa(command, [...verb, ...BUILD_FLAGS, folder])
  return parseOverlay(stdout)
}

function parseOverlay(text: string): Overlay {
  const documents = parseAllDocuments(text).map((document) => document.toJS())
  return { documents, ofKind: (kind) => documents.filter((document) => document.kind === kind) }
}

async function firstProgram(): Promise<(typeof PROGRAMS)[number] | undefined> {
  for (const candidate of PROGRAMS) {
    const [command, verb] = candidate
    const { failed } = await execa(command, [verb, '--help'], { reject: false })
    if (!failed) return candidate
  }
}
