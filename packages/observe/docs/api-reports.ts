/**
 * The public side of each entry point as API Extractor reports it, so that a review sees at a glance what a change does to it.
 * Made from the built declarations.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import manifest from '../package.json' with { type: 'json' }

const library = fileURLToPath(new URL('..', import.meta.url))

/** Entry points by the name of their file: `index`, `express`, ... */
export const entryPoints = Object.keys(manifest.exports)
  .filter((subpath) => subpath !== './package.json')
  .map((subpath) => (subpath === '.' ? 'index' : subpath.slice('./'.length)))

/** Where the report of an entry point is kept. */
export function reportPath(entryPoint: string): string {
  return join(library, 'api', `${entryPoint}.md`)
}

/** Throws when the package is not built. */
export function report(entryPoint: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'observe-api-'))
  try {
    const config = ExtractorConfig.prepare({
      configObject: {
        projectFolder: library,
        mainEntryPointFilePath: join(library, 'dist', `${entryPoint}.d.ts`),
        compiler: {
          overrideTsconfig: { extends: join(library, 'tsconfig.json'), include: [join(library, 'dist/*.d.ts')] },
        },
        apiReport: { enabled: true, reportFolder: folder, reportTempFolder: folder, reportFileName: entryPoint },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: { extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } } },
        newlineKind: 'lf',
      },
      configObjectFullPath: undefined,
      packageJsonFullPath: join(library, 'package.json'),
    })
    // What it says is where it wrote the report.
    Extractor.invoke(config, {
      localBuild: true,
      messageCallback(message) {
        message.handled = true
      },
    })
    return readFileSync(join(folder, `${entryPoint}.api.md`), 'utf8')
  } finally {
    rmSync(folder, { recursive: true })
  }
}
