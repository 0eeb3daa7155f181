/**
 * The address of the source in the manifests of published packages.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeRepository } from './repository.ts'

test('each published package gets the address of the source, a private one does not', async () => {
  const root = await mkdtemp(join(tmpdir(), 'repository-'))
  onTestFinished(() => rm(root, { recursive: true }))
  const manifests = { thing: { name: '@lab/thing', version: '1.0.0' }, kit: { name: '@lab/kit', private: true } }
  for (const [name, manifest] of Object.entries(manifests)) {
    await mkdir(join(root, 'packages', name), { recursive: true })
    await writeFile(join(root, 'packages', name, 'package.json'), JSON.stringify(manifest))
  }
  await writeRepository(root, 'https://example.com/team/observe-kit.git/')
  const read = async (name: string) => JSON.parse(await readFile(join(root, 'packages', name, 'package.json'), 'utf8'))
  expect(await read('thing')).toEqual({
    ...manifests.thing,
    homepage: 'https://example.com/team/observe-kit/tree/main/packages/thing#readme',
    bugs: 'https://example.com/team/observe-kit/issues',
    repository: { type: 'git', url: 'git+https://example.com/team/observe-kit.git', directory: 'packages/thing' },
  })
  expect(await read('kit')).toEqual(manifests.kit)
  await expect(writeRepository(root, 'ssh://git@example.com/x')).rejects.toThrow('is no page of a repository')
})
