/**
 * Reads what a go.mod pins: which programs (its `tool` lines), and the version of the module they come from. Without the
 * go command, since a machine that has the programs already needs no Go. https://go.dev/ref/mod#go-mod-file
 */

export interface Program {
  readonly name: string
  /** Import path of its main package. */
  readonly package: string
}

export interface Module {
  /** Of the module that the programs are in, without the `v`. */
  readonly version: string
  readonly goVersion: string
  readonly programs: readonly Program[]
}

/** `path` is for the error message. */
export function parseModule(text: string, path: string): Module {
  const packages = entries(text, 'tool').map(([name = '']) => name)
  const required = entries(text, 'require')
  const own = entries(text, 'module')[0]?.[0] ?? ''
  const [goVersion] = entries(text, 'go')[0] ?? []
  const [first] = packages
  if (!first || !goVersion)
    throw new Error(`${path} has no "tool" or no "go" line. Add the tool with \`go get -tool PACKAGE@VERSION\`.`)
  // A tool of the module itself has no version but what its `require` would say.
  const [, version = 'v0.0.0'] = required.find(([module]) => module && isWithin(first, module)) ?? []
  if (version === 'v0.0.0' && !isWithin(first, own)) throw new Error(`${path} requires no module that has ${first}.`)
  return {
    version: version.slice(1),
    goVersion,
    programs: packages.map((name) => ({ name: programName(name), package: name })),
  }
}

/** The arguments of every line of a directive, written alone or in a block. */
function entries(text: string, directive: string): string[][] {
  const lines = text.split('\n').map((line) => line.replace(/\/\/.*/, '').trim())
  const found: string[][] = []
  let block = ''
  for (const line of lines) {
    const [first = '', ...rest] = line.split(/\s+/)
    if (first === ')') block = ''
    else if (rest[0] === '(') block = first
    else if (block === directive && first) found.push([first, ...rest])
    else if (first === directive && !block) found.push(rest)
  }
  return found
}

function isWithin(path: string, module: string): boolean {
  return path === module || path.startsWith(`${module}/`)
}

/** As `go build` names it: the last element of the path, a major version left out. */
function programName(path: string): string {
  return path.split('/').findLast((part) => !/^v\d+$/.test(part)) ?? path
}
