/**
 * Starts and stops a PostgreSQL server on a data directory. The server is a daemon: it outlives the process that started
 * it, is found again by its data directory, and is stopped from any process, also after a crash of the one before.
 */

import { execFile } from 'node:child_process'
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, parse, resolve } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { type Account, runAs, serverAccount } from './account.ts'
import { findPrograms, type Program, programIn } from './binaries.ts'
import { readPostmaster, removeStalePostmaster } from './postmaster.ts'

export interface PostgresOptions {
  /** Where the data lives; made on the first start, used again on every later one. */
  dataDir: string
  /** Port on 127.0.0.1. */
  port: number
  /** Of the user `shop`; counts from the first start on. Default: `shop`. */
  password?: string
  /** Whether a commit waits for the disk. Default: true; a throw-away test database does without. */
  durable?: boolean
}

export interface Postgres {
  /** Connection string of the database `shop`, such as `postgres://shop:shop@127.0.0.1:5432/shop`. */
  url: string
  /** Ends open connections and stops the server. Idempotent. */
  stop(): Promise<void>
}

const run = promisify(execFile)
const name = 'shop'

/** Starts PostgreSQL, or joins the server that runs on this data directory and port already. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { port, password = name, durable = true } = options
  const dataDir = resolve(options.dataDir)
  const account = await serverAccount()
  const postgres = { url: urlOf(name, password, port), stop: () => stopPostgres({ dataDir }) }
  await mkdir(dirname(dataDir), { recursive: true })
  if (!(await hasData(dataDir))) await initialise(dataDir, password, account)
  const running = await removeStalePostmaster(dataDir)
  if (running && running.port !== port) await stopPostgres({ dataDir })
  if (running?.port !== port) await requireOwner(dataDir, account)
  if (running?.port !== port) await start(dataDir, port, durable, account)
  await createDatabase(password, port)
  return postgres
}

/** Stops the server of a data directory, whichever process started it. Does nothing where none runs. */
export async function stopPostgres({ dataDir: path }: Pick<PostgresOptions, 'dataDir'>): Promise<void> {
  const dataDir = resolve(path)
  const account = await serverAccount()
  if (!(await removeStalePostmaster(dataDir))) return
  const stop = (mode: string) => control(dataDir, account, 'pg_ctl', ['stop', '-m', mode, '-w', '-t', '20'])
  try {
    await stop('fast')
  } catch (error) {
    if (await readPostmaster(dataDir)) await stop('immediate').catch(() => Promise.reject(error))
  }
}

async function hasData(dataDir: string): Promise<boolean> {
  return readFile(join(dataDir, 'PG_VERSION')).then(
    () => true,
    () => false,
  )
}

/** Makes the cluster next to its final place, so that an interrupted attempt is never taken for a finished one. */
async function initialise(dataDir: string, password: string, account: Account | undefined): Promise<void> {
  const draft = `${dataDir}.new`
  const passwordFile = `${dataDir}.password`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft)
  await writeFile(passwordFile, password, { mode: 0o600 })
  try {
    if (account) await chown(draft, account.uid, account.gid)
    if (account) await chown(passwordFile, account.uid, account.gid)
    const login = [`--username=${name}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
    await control(draft, account, 'initdb', [...login, '--encoding=UTF8', '--locale=C', '--no-sync'])
    await rm(dataDir, { recursive: true, force: true })
    await rename(draft, dataDir)
  } finally {
    await rm(passwordFile, { force: true })
  }
}

/** PostgreSQL starts on a folder of its own user only, and says so in words that leave out who that is. */
async function requireOwner(dataDir: string, account: Account | undefined): Promise<void> {
  const { uid } = await stat(dataDir)
  const own = account?.uid ?? process.getuid?.() ?? uid
  if (uid === own) return
  const runner = account ? `"${account.name}" (uid ${own}), since PostgreSQL refuses root` : `uid ${own}`
  throw new Error(
    `The data in ${dataDir} belongs to uid ${uid}, and the server would run as ${runner}. Run this as the owner of the data, or choose another folder`,
  )
}

async function start(dataDir: string, port: number, durable: boolean, account: Account | undefined): Promise<void> {
  const log = join(dataDir, 'server.log')
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: '32MB',
    timezone: 'UTC',
    fsync: durable ? 'on' : 'off',
  }
  const options = Object.entries(settings).map(([key, value]) => `-c ${key}='${value}'`)
  try {
    const serve = ['start', '-w', '-t', '60', '-l', log, '-o', [`-p ${port}`, ...options].join(' ')]
    await control(dataDir, account, 'pg_ctl', serve)
  } catch (cause) {
    const lines = (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-10).join('\n')
    throw new Error(
      `PostgreSQL did not start on 127.0.0.1:${port} with its data in ${dataDir}. The end of ${log}:\n${lines}`,
      { cause },
    )
  }
}

async function createDatabase(password: string, port: number): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf('postgres', password, port) })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${name}`)
  } finally {
    await client.end()
  }
}

async function control(dataDir: string, account: Account | undefined, program: Program, args: string[]): Promise<void> {
  const folder = findPrograms()
  const command = await runAs(
    account,
    programIn(folder, program),
    ['-D', dataDir, ...args],
    [join(folder, program), dataDir],
  )
  await run(command.file, command.args, { ...command.owner, cwd: parse(dataDir).root, windowsHide: true }).catch(
    (error) => {
      if (error.code !== 'ENOENT' || command.file !== 'setpriv') throw error
      throw new Error(
        `PostgreSQL runs as "${account?.name}" because it refuses root, and that account may not enter ${dataDir}. Install setpriv (package util-linux), or move to a folder that others may enter, such as /srv.`,
        { cause: error },
      )
    },
  )
}

function urlOf(database: string, password: string, port: number): string {
  return `postgres://${name}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`
}
