/**
 * Drives real servers through what happens to them on a developer's machine: restarts, crashes, reboots, taken ports.
 */

import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@lab/test-kit/free-port'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Postgres, startPostgres, stopPostgres } from './index.ts'

let folder: string
let dataDir: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shop-postgres-'))
  dataDir = join(folder, 'data')
})

afterEach(async () => {
  await stopPostgres({ dataDir })
  await rm(folder, { recursive: true, force: true })
})

test('data survives a restart, also on another port', async () => {
  const first = await startPostgres({ dataDir, port: await freePort() })
  await query(first, 'create table kept as select 42 as answer')
  await first.stop()
  const second = await startPostgres({ dataDir, port: await freePort() })
  expect(await query(second, 'select answer from kept')).toEqual([{ answer: 42 }])
})

test('a second start joins the running server; from elsewhere it moves to the new port', async () => {
  const port = await freePort()
  const first = await startPostgres({ dataDir, port })
  const pid = await postmasterPid()
  const second = await startPostgres({ dataDir, port })
  expect(second.url).toBe(first.url)
  expect(await postmasterPid()).toBe(pid)
  const moved = await startPostgres({ dataDir, port: await freePort() })
  expect(await query(moved, 'select 1 as one')).toEqual([{ one: 1 }])
  await expect(query(first, 'select 1')).rejects.toThrow('ECONNREFUSED')
})

test('starts after a crash, and after a reboot that gave the old process number to a stranger', async () => {
  const port = await freePort()
  const crashed = await startPostgres({ dataDir, port })
  await query(crashed, 'create table kept as select 42 as answer')
  process.kill(await postmasterPid(), 'SIGKILL')
  await expect.poll(() => query(crashed, 'select 1').catch((error) => error.code)).toBe('ECONNREFUSED')
  const recovered = await startPostgres({ dataDir, port })
  expect(await query(recovered, 'select answer from kept')).toEqual([{ answer: 42 }])

  await recovered.stop()
  await writeFile(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n0\n${port}\n`)
  const rebooted = await startPostgres({ dataDir, port })
  expect(await query(rebooted, 'select answer from kept')).toEqual([{ answer: 42 }])
})

test('stop is idempotent and a first start that was interrupted is begun again', async () => {
  await stopPostgres({ dataDir })
  await mkdir(`${dataDir}.new`)
  await writeFile(join(`${dataDir}.new`, 'PG_VERSION'), '18')
  const postgres = await startPostgres({ dataDir, port: await freePort() })
  await postgres.stop()
  await postgres.stop()
  await expect(stat(join(dataDir, 'postmaster.pid'))).rejects.toThrow('ENOENT')
})

test('lets in a client that knows the password, and no other', async () => {
  const port = await freePort()
  const postgres = await startPostgres({ dataDir, port, password: 'mint&tea' })
  expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }])
  const intruder = { ...postgres, url: `postgres://shop:shop@127.0.0.1:${port}/shop` }
  await expect(query(intruder, 'select 1')).rejects.toThrow('password authentication failed')
})

test('a taken port is named, with what the server said', async () => {
  const port = await freePort()
  const holder = createServer().listen(port, '127.0.0.1')
  await expect(startPostgres({ dataDir, port })).rejects.toThrow(
    new RegExp(`127.0.0.1:${port}.*Address already in use`, 's'),
  )
  await new Promise((resolve) => holder.close(resolve))
})

async function query({ url }: Postgres, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

async function postmasterPid(): Promise<number> {
  return Number((await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')[0])
}
