/**
 * The lists that are made from frameworks.ts, each by the path of its file: tables of the README and of docs/frameworks,
 * subpaths and peers of package.json, and the first versions with their catalog.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { clients } from '../frameworks/clients.ts'
import type { Framework } from '../frameworks/framework.ts'
import { frameworks } from '../frameworks/frameworks.ts'

/** Subpaths that belong to no framework. */
const OTHER_ENTRIES = ['pg', 'testing']

const library = new URL('..', import.meta.url)

/** Each file with the text that it should have. */
export function frameworkLists(): Map<string, string> {
  const lists: [string, (text: string) => string][] = [
    ['README.md', readme],
    ['docs/frameworks/README.md', indexOfPages],
    ['package.json', packageJson],
    ['test/first/package.json', firstJson],
    ['../../pnpm-workspace.yaml', workspace],
  ]
  return new Map(
    lists.map(([path, list]) => {
      const url = new URL(path, library)
      return [fileURLToPath(url), list(readFileSync(url, 'utf8'))]
    }),
  )
}

/** `5.0` for `5.0.0` and `npm:express@5.0.0`. */
function shortVersion(version: string): string {
  return version.replace(/^npm:.*@/, '').replace(/^(\d+\.\d+)\.0$/, '$1')
}

function readme(text: string): string {
  const lines = frameworks.filter(({ line }) => line !== undefined).map(lineOf)
  const gives = frameworks.flatMap((framework) => Object.entries(framework.gives))
  return withTable(
    withTable(text, '| framework | from version |', [
      ...lines,
      ['anything else', '', 'nothing', 'without a route, but with everything else'],
    ]),
    '| framework | route |',
    gives.map(([driver, cells]) => [driver, ...cells.split(' ')]),
  )
}

function lineOf({ title, first = {}, line = '', entry = '', place = '' }: Framework): string[] {
  const versions = new Set(Object.values(first).map(shortVersion))
  return [title, [...versions].join(', '), `\`${line}\` from \`@lab/observe/${entry}\``, place]
}

function indexOfPages(text: string): string {
  const rows = frameworks.map(({ title, entry, instead = '', page }) => {
    return [title, entry === undefined ? instead : `\`@lab/observe/${entry}\``, `[${page}](${page})`]
  })
  const unchanged = [
    'any of them, with no change of code',
    '`--import @lab/observe/auto`',
    '[zero-code.md](zero-code.md)',
  ]
  return withTable(text, '| framework | adapter |', [...rows, unchanged])
}

/** Puts `rows` in place of those below the head that begins with `head`. */
function withTable(text: string, head: string, rows: readonly (readonly string[])[]): string {
  const at = text.indexOf(head)
  if (at === -1) throw new Error(`There is no table that begins with "${head}".`)
  const [table = ''] = text.slice(at).split('\n\n', 1)
  const fixed = table.split('\n').slice(0, 2)
  const written = rows.map((cells) => `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`)
  return text.replace(table, () => [...fixed, ...written].join('\n'))
}

function packageJson(text: string): string {
  const manifest: Record<string, unknown> = JSON.parse(text)
  const entries = [...frameworks.flatMap(({ entry = [] }) => entry), ...OTHER_ENTRIES].toSorted()
  const built = (name: string) => ({ import: `./dist/${name}.js`, require: `./dist/${name}.cjs` })
  manifest.exports = {
    '.': built('index'),
    './auto': built('auto'),
    ...Object.fromEntries(entries.map((entry) => [`./${entry}`, built(entry)])),
    './package.json': './package.json',
  }
  // For resolution that does not know `exports`: `moduleResolution: node10`, the default of older CommonJS projects.
  manifest.typesVersions = {
    '*': Object.fromEntries(['auto', ...entries].map((entry) => [entry, [`./dist/${entry}.d.cts`]])),
  }
  const peers = frameworks
    .flatMap(({ peers = [], first = {}, allowed = {} }) =>
      peers.map((name): [string, string] => [name, `>=${allowed[name] ?? first[name]}`]),
    )
    .toSorted()
  manifest.peerDependencies = Object.fromEntries(peers)
  manifest.peerDependenciesMeta = Object.fromEntries(peers.map(([name]) => [name, { optional: true }]))
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

function firstJson(text: string): string {
  const manifest: Record<string, unknown> = JSON.parse(text)
  manifest.devDependencies = Object.fromEntries(firstVersions().map(([name]) => [name, 'catalog:first']))
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

/** The catalog `first` is the last block of the file. */
function workspace(text: string): string {
  const [before] = text.split('  first:\n')
  const lines = firstVersions().map(
    ([name, version]) => `    ${name.startsWith('@') ? `'${name}'` : name}: ${version}\n`,
  )
  return `${before}  first:\n${lines.join('')}`
}

function firstVersions(): [string, string][] {
  const versions = new Map([...frameworks, ...clients].flatMap(({ first = {} }) => Object.entries(first)))
  return [...versions].toSorted()
}
