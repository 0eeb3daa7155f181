/**
 * `pnpm bench chaos`: fifty shoppers in a shop whose parts are killed and stopped in turn. Exits 1 where a promise is broken.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { readBooks } from './books.ts'
import { findLost } from './lost.ts'
import { type Course, courseOf, totalOf, watchMemory } from './memory.ts'
import { makeOutages, type Outage } from './outages.ts'
import { Shop } from './shop.ts'
import { goShopping } from './shoppers.ts'
import { queryPrometheus } from './signals.ts'
import { judge, megabytes } from './verdict.ts'

interface Options {
  readonly shoppers: string
  readonly minutes: string
  readonly calm?: boolean
}

await new Command('bench chaos')
  .description('Kills and stops each service and PostgreSQL under load, and looks whether anything was lost.')
  .option('--shoppers <n>', 'how many are in the shop at once', '50')
  .option('--minutes <n>', 'how long', '10')
  .option('--calm', 'kill and stop nothing, for comparison')
  .action(main)
  .parseAsync()

async function main({ shoppers, minutes, calm }: Options): Promise<void> {
  if (process.platform !== 'linux') throw new Error('Memory is read from /proc: this needs Linux.')
  const shop = await Shop.start()
  try {
    process.exitCode = (await run(shop, { shoppers: Number(shoppers), seconds: Number(minutes) * 60, calm })) ? 0 : 1
  } finally {
    await shop.end()
  }
}

interface Run {
  readonly shoppers: number
  readonly seconds: number
  readonly calm: boolean | undefined
}

async function run(shop: Shop, { shoppers, seconds, calm }: Run): Promise<boolean> {
  const closing = new AbortController()
  const begin = Date.now()
  const shopping = goShopping(shop.urlOf('gateway'), shoppers, closing.signal)
  const watching = watchMemory(shop, closing.signal)
  const outages = await (calm ? nothing(seconds) : makeOutages(shop, seconds, report)).finally(() => closing.abort())
  const [visits, samples] = await Promise.all([shopping, watching])
  report(`${visits.accepted.length} orders accepted; reading the books`)
  const books = await readBooks(await shop.databaseUrl(), visits.accepted)
  report('looking for the traces and lines')
  const orders = visits.accepted.map((order) => ({ ...order, sentAt: books.sentAt.get(order.id) ?? order.end }))
  const lost = await findLost(shop, orders)

  print(outages.map(({ victim, kind, begin: from, end }) => `${kind} ${victim}: well after ${(end - from) / 1000} s`))
  const names = [...new Set(samples.flatMap((sample) => Object.keys(sample)))]
  print(names.map((name) => `${name}: ${courseText(courseOf(samples.map((sample) => sample[name] ?? 0)))}`))
  print(await refusals(shop, Math.ceil((Date.now() - begin) / 1000)))
  const verdicts = judge({ visits, outages, books, lost, memory: courseOf(samples.map(totalOf)) })
  print(verdicts.map(({ promise, kept, detail }) => `${kept ? 'kept  ' : 'BROKEN'}  ${promise}: ${detail}`))
  return verdicts.every(({ kept }) => kept)
}

async function nothing(seconds: number): Promise<Outage[]> {
  await delay(seconds * 1000)
  return []
}

/** What was refused and dropped on the way, over the last `seconds`. */
async function refusals(shop: Shop, seconds: number): Promise<string[]> {
  const counted = {
    'spans refused by Jaeger': '{__name__=~"otelcol_receiver_refused_spans(_total)?"}',
    'lines refused by Jaeger': '{__name__=~"otelcol_receiver_refused_log_records(_total)?"}',
    'dropped by the services': 'observe_dropped_total',
  }
  return Promise.all(
    Object.entries(counted).map(async ([what, metric]) => {
      const count = await queryPrometheus(shop.urlOf('prometheus'), `sum(increase(${metric}[${seconds}s]))`)
      return `${what}: ${Math.round(count)}`
    }),
  )
}

function courseText({ peak, early, late }: Course): string {
  return `${megabytes(early)} early, ${megabytes(late)} late, ${megabytes(peak)} at most`
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n\n`)
}

function report(what: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${what}\n`)
}
