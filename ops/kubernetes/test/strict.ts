/**
 * Strict validation without an API server. The published types of every kind refuse an unknown field, when TypeScript checks an
 * object as a literal of its kind; the published validators check values, which types cannot.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { crdProblems } from './crd.ts'
import type { Document } from './overlay.ts'

const cluster = JSON.parse(readFileSync(join(import.meta.dirname, 'definitions/cluster.json'), 'utf8'))

/** What the published definitions refuse, one line each. */
export async function strictProblems(documents: readonly Document[]): Promise<string[]> {
  const custom = documents.filter(isCluster).flatMap((document) => {
    return crdProblems(cluster.schema, document).map((problem) => `Cluster/${document.metadata.name}: ${problem}`)
  })
  const published = documents.filter((document) => !isCluster(document))
  const values = await Promise.all(published.map(valueProblems))
  return [...custom, ...typeProblems(published), ...values.flat()]
}

function isCluster({ apiVersion, kind }: Document): boolean {
  return apiVersion === 'postgresql.cnpg.io/v1' && kind === 'Cluster'
}

/** The module that has the kinds of an API version. An API version without one has no such module, and is refused. */
function moduleOf(apiVersion: string): string {
  return apiVersion.startsWith('monitoring.coreos.com/')
    ? `@kubernetes-models/prometheus-operator/${apiVersion}`
    : `kubernetes-models/${apiVersion}`
}

async function valueProblems(document: Document): Promise<string[]> {
  const label = `${document.kind}/${document.metadata.name}`
  try {
    const { [document.kind]: Kind } = await import(moduleOf(document.apiVersion))
    new Kind(document).validate()
    return []
  } catch (error) {
    return [`${label}: ${error instanceof Error ? error.message : String(error)}`]
  }
}

function typeProblems(documents: readonly Document[]): string[] {
  const path = join(import.meta.dirname, 'rendered.ts')
  const lines = documents.map(({ apiVersion, kind }, index) => {
    const type = `import('${moduleOf(apiVersion)}').I${kind}`
    return `export const object${index}: ${type} = ${JSON.stringify(documents[index])}`
  })
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ESNext,
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.getSourceFile = (name, version) =>
    name === path ? ts.createSourceFile(name, lines.join('\n'), version) : getSourceFile(name, version)
  host.fileExists = (name) => name === path || fileExists(name)
  const compiled = ts.createProgram([path], options, host)
  return ts.getPreEmitDiagnostics(compiled).map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line : 0
    const { kind, metadata } = documents[line] ?? { kind: '?', metadata: { name: '?' } }
    return `${kind}/${metadata.name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}
