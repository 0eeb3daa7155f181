/**
 * The public side: what it is stands in api/, for reviews, and all of it is documented.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { entryPoints, report, reportPath } from '../docs/api-reports.ts'

describe.each(entryPoints)('%s', (entryPoint) => {
  const reported = report(entryPoint)

  test('is what its report in api/ says; `pnpm run generate` writes it', () => {
    expect(reported).toBe(readFileSync(reportPath(entryPoint), 'utf8'))
  })

  test('is documented, each symbol, option and method', () => {
    expect(undocumentedIn(reported)).toEqual([])
  })

  test('names nothing that it does not export', () => {
    expect(reported).not.toContain('ae-forgotten-export')
  })
})

test.each(entryPoints)('%s shows by an example how each of its functions is called', (entryPoint) => {
  const declarations = readFileSync(new URL(`../dist/${entryPoint}.d.ts`, import.meta.url), 'utf8')
  const functions = declarations.matchAll(/(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?declare function (\w+)/g)
  for (const [, comment = '', name] of functions) expect(comment, name).toContain('@example')
})

test('there is no report of what is no entry point', () => {
  const reports = readdirSync(new URL('../api', import.meta.url))
  expect(reports.sort()).toEqual(entryPoints.map((entryPoint) => basename(reportPath(entryPoint))).sort())
})

/** The lines below the extractor's mark. */
function undocumentedIn(reported: string): string[] {
  return Array.from(reported.matchAll(/^\s*\/\/ .*\(undocumented\)\n(.*)$/gm), ([, line = '']) => line.trim())
}
