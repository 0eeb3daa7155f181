/**
 * Refuses words that are ours rather than the field's, in comments, strings and documents. The list of them is the table in
 * .github/VOCABULARY.md: what not to write, and what to write in its place.
 *
 *     node .config/words.ts packages/console     the files below a path that Git knows
 *     node .config/words.ts                      all of them
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const VOCABULARY = '.github/VOCABULARY.md'
const CODE = new Set(['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs'])
const TEXT = new Set(['.md', '.yaml', '.yml', '.grit', '.css', '.html', '.go', '.ini', '.sh'])
/** Written by a program, by another project, or about these words themselves. */
const LEFT_OUT = /(^|\/)(CHANGELOG\.md|pnpm-lock\.yaml|generated\/.*|VOCABULARY\.md|words\.test\.ts)$/

interface RefusedWord {
  line: number
  word: string
  instead: string
}

/** One row of the vocabulary. The pattern matches its words across a line break, which in a comment has a star or slashes. */
interface Row {
  pattern: RegExp
  instead: string
}

const root = fileURLToPath(new URL('..', import.meta.url))

/** The rows of the first table of a vocabulary page; the tables after it are advice. */
export function vocabularyOf(page: string): Row[] {
  const [refused = ''] = page.split('\n## ')
  const rows = refused.split('\n').flatMap((line) => {
    const [, not, but] = /^\| (.+?) \| (.+?) \|$/.exec(line) ?? []
    return not && but && not !== 'not' && not !== '---' ? [{ not, but }] : []
  })
  return rows.map(({ not, but }) => {
    const words = not.split(', ').map((word) => word.replaceAll(' ', '[\\s*/]+'))
    return { pattern: new RegExp(`\\b(?:${words.join('|')})\\b`, 'gi'), instead: but }
  })
}

/**
 * The refused words of a file: of its comments and strings where it is code, of its whole text where it is not. What is in
 * backquotes is code, and a string without a space is a name.
 */
export function findWords(name: string, source: string, vocabulary: Row[]): RefusedWord[] {
  const prose = CODE.has(extname(name)) ? proseOf(name, source) : source
  const text = prose.replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length))
  return vocabulary
    .flatMap(({ pattern, instead }) =>
      Array.from(text.matchAll(pattern), (match) => ({
        line: text.slice(0, match.index).split('\n').length,
        word: match[0].replace(/[\s*/]+/g, ' '),
        instead,
      })),
    )
    .toSorted((one, other) => one.line - other.line)
}

/** The source with everything blanked out that is neither comment nor string: its lines keep their numbers. */
function proseOf(name: string, source: string): string {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, false)
  const prose = source.replace(/[^\n]/g, ' ').split('')
  const keep = (start: number, end: number) => {
    for (let at = start; at < end; at++) prose[at] = source[at] ?? ' '
  }
  visit(file)
  return prose.join('')

  function visit(node: ts.Node): void {
    const children = node.getChildren(file).filter((child) => !ts.isJSDoc(child))
    for (const child of children) visit(child)
    if (children.length > 0) return
    const start = node.getStart(file)
    keep(node.pos, start)
    if (ts.isJsxText(node)) keep(start, node.end)
    else if (isString(node) && /\s/.test(node.getText(file))) keep(start + 1, node.end - 1)
  }
}

function isString(node: ts.Node): boolean {
  return (
    ts.isStringLiteralLike(node) ||
    ts.isJsxText(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node)
  )
}

/** The files below these paths that Git knows or would add, and that are ours to word. */
function filesBelow(paths: string[]): string[] {
  const missing = paths.filter((path) => !existsSync(`${root}${path}`))
  if (missing.length > 0) throw new Error(`${missing.join(', ')}: no such path below the root of the repository.`)
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 } as const
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard', '--', ...paths], options)
  return listed.split('\0').filter((name) => {
    const known = CODE.has(extname(name)) || TEXT.has(extname(name))
    return known && !LEFT_OUT.test(name) && existsSync(`${root}${name}`)
  })
}

function main(paths: string[]): void {
  const vocabulary = vocabularyOf(readFileSync(`${root}${VOCABULARY}`, 'utf8'))
  const refused = filesBelow(paths).flatMap((name) =>
    findWords(name, readFileSync(`${root}${name}`, 'utf8'), vocabulary).map((word) => ({ name, ...word })),
  )
  for (const { name, line, word, instead } of refused) console.error(`${name}:${line}: "${word}": write ${instead}`)
  if (refused.length === 0) return
  console.error(`${refused.length} words that ${VOCABULARY} refuses.`)
  process.exitCode = 1
}

if (import.meta.main) main(process.argv.slice(2))
