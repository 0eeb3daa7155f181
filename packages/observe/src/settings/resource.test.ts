/**
 * Name and version of a service, from a package.json of any content.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { packageJson } from './resource.ts'

let root: string
afterEach(() => rmSync(root, { recursive: true }))

/** The program that is started, in a folder whose package.json says `inner`. */
function programWith(inner: string): string {
  root = mkdtempSync(join(tmpdir(), 'observe-resource-'))
  writeFileSync(join(root, 'package.json'), '{ "name": "orders", "version": "1.2.3" }')
  const dist = join(root, 'dist', 'cjs')
  mkdirSync(dist, { recursive: true })
  writeFileSync(join(dist, 'package.json'), inner)
  return join(dist, 'main.js')
}

test.each(['{ "type": "commonjs" }', '{ "name": "" }', '{ "name": 7 }', 'null', 'no JSON'])(
  'looks further where the nearest package.json is %s',
  (inner) => {
    expect(packageJson(programWith(inner))).toEqual({
      name: 'orders',
      version: '1.2.3',
      path: join(root, 'package.json'),
    })
  },
)

test('leaves out a version that is none', () => {
  const program = programWith('{ "name": "inner", "version": 1 }')
  expect(packageJson(program)).toEqual({ name: 'inner', path: join(root, 'dist', 'cjs', 'package.json') })
})
