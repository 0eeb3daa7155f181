/**
 * The pages as they should be: each example in a page is the file that the tests run.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { conformance } from './conformance.ts'
import { reference } from './reference.ts'

const docs = fileURLToPath(new URL('.', import.meta.url))
const examples = fileURLToPath(new URL('../examples', import.meta.url))

/** `<!-- example: NAME -->`, and the code below it. */
const EXAMPLE = /(<!-- example: ([\w.-]+) -->\n)(?:\n```\w+\n[\s\S]*?\n```\n)?/g

/** Every page by its path, with the text that it should have. */
export function pages(): Map<string, string> {
  const paths = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'))
  const written = new Map(paths.map((path) => [join(docs, path), embedded(readFileSync(join(docs, path), 'utf8'))]))
  written.set(join(docs, 'conformance.md'), conformance())
  return written.set(join(docs, 'reference.md'), reference())
}

function embedded(page: string): string {
  return page.replace(EXAMPLE, (_, marker: string, name: string) => {
    const language = name.endsWith('.ts') ? 'ts' : 'js'
    return `${marker}\n\`\`\`${language}\n${readFileSync(join(examples, name), 'utf8').trimEnd()}\n\`\`\`\n`
  })
}
