/**
 * Where the commands and the MCP server read from: the console that runs, or the data folder of one that does not.
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Answers, answersOf } from './api/answers.ts'
import type { Problem, Status } from './contract/contract.ts'
import type { RunQuery } from './report/report.ts'
import { holderOf } from './store/segments/folder.ts'
import { Segments } from './store/segments/segments.ts'

export interface Reader {
  runQuery: RunQuery
  /** What is read, for people. */
  from: string
}

export interface Source {
  /** The page's address as the console prints it, with its token where it has one. */
  url?: string | undefined
  data: string
}

/** Rejects with what to do where neither a console nor data is found. */
export async function openReader({ url, data }: Source): Promise<Reader> {
  if (url !== undefined) return { runQuery: queryConsole(url), from: url }
  const running = await runningAt(data)
  if (running) return running
  if (!existsSync(data)) {
    throw new Error(
      `No console runs, and there is no data in ${data}. Start observe-console, or name one with --url or --data.`,
    )
  }
  return { runQuery: queryFolder(data), from: data }
}

/** The console that uses a data folder and answers, if any. */
export async function runningAt(data: string): Promise<Reader | undefined> {
  const holder = holderOf(data)
  if (!holder) return undefined
  const token = join(data, 'token')
  const url = existsSync(token) ? `${holder.url}/?token=${readFileSync(token, 'utf8').trim()}` : holder.url
  const runQuery = queryConsole(url)
  // One that was killed leaves its name behind.
  const answers = await runQuery('/api/status', {}).then(
    () => true,
    () => false,
  )
  return answers ? { runQuery, from: holder.url } : undefined
}

/** `link` is the page's address, with the token where one is needed. */
export function queryConsole(link: string): RunQuery {
  const base = new URL(link)
  const token = base.searchParams.get('token')
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` }
  return async function queryOverHttp(path, query) {
    const url = new URL(path, base)
    url.search = new URLSearchParams(textsOf(query)).toString()
    const response = await fetch(url, { headers }).catch((cause: unknown) => {
      throw new Error(`No console answers at ${base.origin}. Start observe-console, or name another with --url.`, {
        cause,
      })
    })
    const body = await response.text()
    if (response.ok) return JSON.parse(body)
    const { error }: Partial<Problem> = body.startsWith('{') ? JSON.parse(body) : {}
    throw new Error(error ?? `The console at ${base.origin} answered ${response.status}.`)
  }
}

/** Reads without deleting anything: the age and size that the console was given are not known here. */
function queryFolder(data: string): RunQuery {
  const forever = { maxAge: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY }
  const segments = new Segments(data, forever, (message) => process.stderr.write(`${message}\n`))
  return queryInProcess(answersOf(segments, () => statusOf(segments)))
}

function statusOf(segments: Segments): Status {
  const { oldest, newest, ...stored } = segments.totals()
  const retention = { maxAge: 0, maxBytes: 0 }
  return {
    version: '',
    otlp: 'http://127.0.0.1:4318',
    grpc: null,
    token: null,
    stored: { ...stored, oldest, newest },
    retention,
    refused: [],
    now: Date.now(),
  }
}

/** Asks without HTTP in between. */
export function queryInProcess(answers: Answers): RunQuery {
  return async function runQuery(path, query) {
    return answers[path](textsOf(query))
  }
}

function textsOf(query: object): Record<string, string> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}
