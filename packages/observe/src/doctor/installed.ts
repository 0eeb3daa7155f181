/**
 * Versions that do not go together: copies of `@opentelemetry/api` that cannot see what another copy has registered, and
 * more than one `@lab/observe`.
 */
import { relative } from 'node:path'
import { type Package, resolve } from './dependencies.ts'
import { type CheckResult, note, ok, problem, type Section, warning } from './results.ts'

const API = '@opentelemetry/api'

export interface Doctor {
  version: string
  engines: string
  /** Where this package lies. */
  folder: string
}

export function installed(packages: readonly Package[], doctor: Doctor, cwd: string): Section {
  return {
    title: 'Versions',
    results: [nodeVersion(doctor), ...own(packages, doctor, cwd), ...apiCopies(packages, doctor, cwd)],
  }
}

function nodeVersion({ engines, version }: Doctor): CheckResult {
  const found = process.versions.node
  if (engines.split('||').some((range) => covers(range.trim(), found))) {
    return ok(`Node.js ${found}, @lab/observe ${version}`)
  }
  return problem(`Node.js ${found} is none that @lab/observe ${version} runs on: ${engines}`, 'Use a newer Node.js.')
}

/** Whether `version` is in a range of the form `>=24.2.0` or `^22.17.0`. */
function covers(range: string, version: string): boolean {
  const lowest = range.replace(/^\D+/, '')
  const isOfTheLine = range.startsWith('>=') || numbers(version)[0] === numbers(lowest)[0]
  return isOfTheLine && compare(version, lowest) >= 0
}

function own(packages: readonly Package[], { version }: Doctor, cwd: string): CheckResult[] {
  const copies = packages.filter(({ name }) => name === '@lab/observe')
  const [first, second] = copies
  if (first === undefined) {
    return [
      warning(
        `@lab/observe is not installed in ${cwd}`,
        'Run the doctor in the folder of your service, or: npm install @lab/observe',
      ),
    ]
  }
  if (second !== undefined) {
    const text = `${copies.length} copies of @lab/observe: ${copies.map((copy) => describe(copy, cwd)).join('; ')}`
    return [problem(text, 'Each has a state of its own. Let all dependents ask for one version, then reinstall.')]
  }
  if (first.version === version) return []
  return [
    warning(
      `the project has @lab/observe ${first.version}, this doctor is of ${version}`,
      'Run the one of the project: npx observe doctor',
    ),
  ]
}

/**
 * The API's copies share one global, which has the version of the copy that registered it, here the library's. A copy takes
 * a global of its own major version and an equal or later minor one; with any other it does nothing, silently.
 */
function apiCopies(packages: readonly Package[], doctor: Doctor, cwd: string): CheckResult[] {
  const library = packages.find(({ name }) => name === '@lab/observe')?.folder ?? doctor.folder
  const registering = resolve(API, library)
  const copies = packages.filter(({ name }) => name === API)
  const own = copies.find(({ folder }) => folder === registering) ?? copies[0]
  if (own === undefined) return []
  const others = copies.filter((copy) => copy !== own)
  if (others.length === 0) return [ok(`one copy of ${API}, ${own.version}`)]
  return others.map((copy) => {
    const text = `a second copy of ${API}: ${describe(copy, cwd)}; @lab/observe registers with ${own.version}`
    if (accepts(copy.version, own.version))
      return note(`${text}. An older copy finds what a newer one registered: it works.`)
    return problem(
      `${text}. To that copy nothing is registered: spans and metrics made through it are silently dropped.`,
      `Make it one copy, ${own.version}: "npm dedupe", or "overrides" (npm, pnpm) or "resolutions" (yarn) in package.json, then reinstall.`,
    )
  })
}

/** The rule of `isCompatible` in the API's own semver.ts. */
function accepts(reader: string, registered: string): boolean {
  if (reader === registered) return true
  if (reader.includes('-') || registered.includes('-')) return false
  const [major = 0, minor = 0, patch = 0] = numbers(reader)
  const [globalMajor = 0, globalMinor = 0, globalPatch = 0] = numbers(registered)
  if (major !== globalMajor) return false
  return major === 0 ? minor === globalMinor && patch <= globalPatch : minor <= globalMinor
}

function describe({ version, folder, requiredBy }: Package, cwd: string): string {
  const short = relative(cwd, folder)
  const where = short.startsWith('..') ? folder : short
  return `${version} in ${where}${requiredBy.length === 0 ? '' : `, for ${requiredBy.join(', ')}`}`
}

function compare(left: string, right: string): number {
  const [a, b] = [numbers(left), numbers(right)]
  const at = a.findIndex((number, index) => number !== (b[index] ?? 0))
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

function numbers(version: string): number[] {
  return version.split('-', 1)[0]?.split('.').map(Number) ?? []
}
