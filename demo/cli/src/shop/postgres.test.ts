/**
 * The database as a service of the shop, on a real server.
 */

import { chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@lab/test-kit/free-port'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Daemon, ServiceDescription } from './description.ts'
import { databaseUrl, describePostgres, makePassword } from './postgres.ts'

let home: string
let url: string
let service: ServiceDescription
let daemon: Daemon

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'demo-postgres-'))
  const port = await freePort()
  await makePassword(home)
  url = await databaseUrl(home, port)
  service = describePostgres(home, { variable: 'DEMO_POSTGRES_PORT', port }, url)
  if (service.run.kind !== 'daemon') throw new Error('PostgreSQL is expected to be a daemon.')
  daemon = service.run
})

afterEach(async () => {
  await daemon.stop()
  await rm(home, { recursive: true, force: true })
})

test('is found by its folder while it runs, is healthy when it answers, and leaves nothing', async () => {
  expect(await daemon.pid()).toBeUndefined()
  await expect(service.probe(AbortSignal.timeout(30_000))).rejects.toThrow('ECONNREFUSED')
  await daemon.start()
  expect(await daemon.pid()).toBeGreaterThan(0)
  await service.probe(AbortSignal.timeout(30_000))
  await daemon.stop()
  expect(await daemon.pid()).toBeUndefined()
})

test('has a password of its own, which stays, is never shown and is readable by its owner alone', async () => {
  const [, password] = /:([\w-]{32})@/.exec(url) ?? []
  expect(password).toBeDefined()
  expect(await databaseUrl(home, 1)).toContain(password)
  expect(service.url).not.toContain(password)
  expect((await stat(join(home, 'postgres/password'))).mode & 0o777).toBe(0o600)
  await daemon.start()
  const intruder = new pg.Client({ connectionString: url.replace(password ?? '', 'shop') })
  await expect(intruder.connect()).rejects.toThrow('password authentication failed')
})

test('a lost password is said before anything is made in its place', async () => {
  await mkdir(join(home, 'postgres/data'), { recursive: true })
  await writeFile(join(home, 'postgres/data/PG_VERSION'), '18')
  await rm(join(home, 'postgres/password'))
  expect(await databaseUrl(home, 1)).toBe('postgres://shop@127.0.0.1:1/shop')
  await expect(makePassword(home)).rejects.toThrow('was made with a password that is lost')
})

test('data of another user is not started on, and says whose it is', async ({ skip }) => {
  if (process.getuid?.() !== 0) return skip('only root may give files away')
  await daemon.start()
  await daemon.stop()
  const data = join(home, 'postgres/data')
  await chown(data, 12_345, 12_345)
  await expect(daemon.start()).rejects.toThrow(`The data in ${data} belongs to uid 12345, and the server would run as`)
})
