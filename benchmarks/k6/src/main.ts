/**
 * `pnpm bench k6 [scenario]`: puts a load on the demo that is up and exits with k6's own code. Afterwards the books must
 * balance: as many receipts as confirmed orders, and no product below zero.
 */
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { findTool } from '@ops/tools'
import { Argument, Command } from 'commander'
import { execa } from 'execa'
import { type Books, runningShop, type Shop } from './shop.ts'

const folder = join(import.meta.dirname, '../scenarios')
const scenarios = readdirSync(folder)
  .map((file) => basename(file, '.ts'))
  .filter((name) => name !== 'journey')
/** How long the queue may take to drain, in milliseconds. */
const PATIENCE = 30_000

await new Command('bench k6')
  .description('Puts a load on the demo that is up, with k6.')
  .addArgument(new Argument('[scenario]').choices(scenarios).default('smoke'))
  .option('--summary <file>', "where to write k6's summary as JSON")
  .action(run)
  .parseAsync()

async function run(scenario: string, { summary }: { summary?: string }): Promise<void> {
  const k6 = await findTool('k6')
  if (k6 === undefined) throw new Error('There is no k6 on this machine. Run `pnpm tools k6`, or put k6 on the PATH.')
  const shop = await runningShop()
  const before = await shop.books()
  const script = join(folder, `${scenario}.ts`)
  const output = summary === undefined ? [] : ['--summary-export', summary]
  const { exitCode } = await execa(k6.path, ['run', ...output, script], {
    env: { SHOP_URL: shop.url, K6_NO_USAGE_REPORT: 'true' },
    stdio: 'inherit',
    reject: false,
  })
  const balanced = await balance(shop, before)
  process.exitCode = exitCode || (balanced ? 0 : 1)
  if (summary !== undefined && !existsSync(summary)) process.stderr.write(`k6 wrote no summary to ${summary}\n`)
}

/** Waits until the queue has drained, then tells whether every confirmed order has its one receipt. */
async function balance(shop: Shop, before: Books): Promise<boolean> {
  const deadline = Date.now() + PATIENCE
  let after = await shop.books()
  // The traffic of the demo goes on meanwhile, so the two are equal only at moments.
  while (after.receipts - before.receipts !== after.confirmed - before.confirmed && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    after = await shop.books()
  }
  const [orders, receipts] = [after.confirmed - before.confirmed, after.receipts - before.receipts]
  process.stdout.write(`${orders} orders confirmed, ${receipts} receipts sent, least stock ${after.leastStock}\n`)
  return orders === receipts && after.leastStock >= 0
}
