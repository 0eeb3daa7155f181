/**
 * Settings from the environment: defaults, refusals that name every problem, values from a file.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { databaseUrl, listening, readEnvironment, serviceUrl } from './environment.ts'

const schema = z.object({
  ...listening('orders'),
  DATABASE_URL: databaseUrl,
  OTHER_URL: serviceUrl('inventory'),
})

test('reads what is set and fills in the rest', () => {
  const environment = { PORT: '0', DATABASE_URL: 'postgresql://shop@db/shop', OTHER_URL: 'https://other.example/api/' }
  expect(readEnvironment(schema, environment)).toEqual({
    HOST: '127.0.0.1',
    PORT: 0,
    DATABASE_URL: 'postgresql://shop@db/shop',
    OTHER_URL: 'https://other.example/api',
  })
  const { PORT, OTHER_URL } = readEnvironment(schema, { DATABASE_URL: 'postgres://shop@db/shop' })
  expect({ PORT, OTHER_URL }).toEqual({ PORT: 8081, OTHER_URL: 'http://127.0.0.1:8082' })
})

test.each(['70000', '-1', '80a', ''])('refuses the port "%s"', (port) => {
  const environment = { PORT: port, DATABASE_URL: 'postgres://shop@db/shop' }
  expect(() => readEnvironment(schema, environment)).toThrow(`PORT is "${port}": expected a port, 0 to 65535`)
})

test('reports every problem at once', () => {
  expect(() => readEnvironment(schema, { DATABASE_URL: 'mysql://db', OTHER_URL: 'other' })).toThrow(
    [
      'Some settings in the environment are missing or wrong:',
      '  DATABASE_URL is set (its value is not shown): expected a URL such as postgres://user:password@127.0.0.1:5432/shop',
      '  OTHER_URL is "other": expected a URL such as http://127.0.0.1:8082',
    ].join('\n'),
  )
})

test.each(['postgres//shop:secret@db/shop', 'postgres://shop:secret', 'postgres://shop:secret@db:port/shop'])(
  'no password of a malformed DATABASE_URL is printed: %s',
  (url) => {
    const read = () => readEnvironment(schema, { DATABASE_URL: url, OTHER_URL: 'http//ada:secret@other' })
    expect(read).toThrow('OTHER_URL is "http//***@other"')
    expect(read).not.toThrow('secret')
  },
)

test('a setting may stand in a file, and is not shown then', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'settings-'))
  const path = join(folder, 'url')
  const secret = z.object({ DATABASE_URL: databaseUrl })
  const read = (environment: NodeJS.ProcessEnv) => readEnvironment(secret, environment)
  await writeFile(path, 'postgres://shop:secret@db/shop\n')
  expect(read({ DATABASE_URL_FILE: path })).toEqual({ DATABASE_URL: 'postgres://shop:secret@db/shop' })
  const url = 'postgres://shop@other/shop'
  expect(read({ DATABASE_URL_FILE: path, DATABASE_URL: url })).toEqual({ DATABASE_URL: url })

  await writeFile(path, 'secret')
  expect(() => read({ DATABASE_URL_FILE: path })).toThrow(`DATABASE_URL was read from ${path}: expected a URL such as`)
  await rm(folder, { recursive: true })
  expect(() => read({ DATABASE_URL_FILE: path })).toThrow(
    `DATABASE_URL_FILE is "${path}", which cannot be read: ENOENT`,
  )
})
