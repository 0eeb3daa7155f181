/**
 * What an import of the library makes Node load. A service that never sends a request with `fetch` pays for undici only when a module
 * is imported that reads it, as an `import` of node:http does.
 */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

const INDEX = new URL('../src/index.ts', import.meta.url).href

/** Modules of Node that are loaded once `code` has run. */
function loadedAfter(code: string): string[] {
  const program = `${code}; process.stdout.write(JSON.stringify(process.moduleLoadList), () => process.exit())`
  const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', '--input-type=module']
  const list: string[] = JSON.parse(execFileSync(process.execPath, [...flags, '--eval', program], { encoding: 'utf8' }))
  return list.map((entry) => entry.replace(/^\w+ /, ''))
}

test('neither undici nor the HTTP client and server are loaded before they are used', () => {
  const modules = ['internal/deps/undici/undici', 'http', 'https', 'zlib']
  expect(loadedAfter("await import('node:http')")).toEqual(expect.arrayContaining(modules.slice(0, 2)))
  const loaded = loadedAfter(`await import('${INDEX}')`)
  expect(modules.filter((name) => loaded.includes(name))).toEqual([])
})
