/**
 * Dashboards meet Grafana's own schema: its SDK for Go knows every field, and refuses one that it does not know. Tests that need
 * Go, or what it downloads, say why they do not run.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { shopFiles } from '../shop/files.ts'

const source = join(import.meta.dirname, 'schema')
const ready = await execa('go', ['mod', 'download'], { cwd: source, all: true, reject: false })
if (ready.failed) {
  process.stderr.write(
    `Dashboards are not checked against the schema, which needs Go and one download: ${ready.all ?? ready.shortMessage}\n`,
  )
}

const boards = Object.entries(shopFiles()).filter(([path]) => path.startsWith('grafana/'))

describe.runIf(!ready.failed)('by the schema of Grafana', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'schema-'))
    await execa('go', ['build', '-o', join(folder, 'schema'), '.'], { cwd: source })
  }, 300_000)

  afterAll(() => rm(folder, { recursive: true }))

  async function check(text: string): Promise<string> {
    const file = join(folder, 'board.json')
    await writeFile(file, text)
    return (await execa(join(folder, 'schema'), [file], { reject: false })).stdout
  }

  test.for(boards)('%s has no fault', async ([path, text]) => {
    expect(await check(text), basename(path)).toBe('')
  })

  test('a field that it does not know is one, and so is a value of another kind', async () => {
    const [, text = ''] = boards.find(([path]) => path.endsWith('logs.json')) ?? []
    expect(await check(text.replaceAll('"legendFormat"', '"legend"'))).toContain("unexpected field 'legend'")
    expect(await check(text.replace('"showTime": true', '"showTime": "yes"'))).toContain('options.showTime')
  })
})
