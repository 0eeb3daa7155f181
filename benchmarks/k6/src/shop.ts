/**
 * What the running demo says of itself before and after a load: orders confirmed, receipts sent, stock.
 */
import { join } from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'

const statusShape = z.object({
  services: z.array(z.object({ name: z.string(), url: z.string().nullable(), metrics: z.string().nullable() })),
})

export interface Books {
  confirmed: number
  receipts: number
  /** The smallest stock of any product. */
  leastStock: number
}

export interface Shop {
  url: string
  books(): Promise<Books>
}

/** The demo that runs on this machine. Throws when it does not run. */
export async function runningShop(): Promise<Shop> {
  const cli = join(import.meta.dirname, '../../../demo/cli/src/main.ts')
  const { stdout, exitCode } = await execa(process.execPath, [cli, 'status', '--json'], { reject: false })
  if (exitCode !== 0) throw new Error('The demo is not up, or not healthy. Run `pnpm demo up`, then try again.')
  const { services } = statusShape.parse(JSON.parse(stdout))
  const service = (name: string) => services.find((one) => one.name === name)
  const metricsOf = async (name: string) => (await fetch(service(name)?.metrics ?? '')).text()
  return {
    url: service('gateway')?.url ?? '',
    async books() {
      const [orders, notifier, inventory] = await Promise.all(['orders', 'notifier', 'inventory'].map(metricsOf))
      return {
        confirmed: sum(orders, /^shop_orders_total\{.*outcome="confirmed".*\} (\S+)$/gm),
        receipts: sum(notifier, /^shop_receipts_sent_total(?:\{.*\})? (\S+)$/gm),
        leastStock: Math.min(...values(inventory, /^shop_inventory_stock\{.*\} (\S+)$/gm)),
      }
    },
  }
}

function values(text: string | undefined, pattern: RegExp): number[] {
  return Array.from((text ?? '').matchAll(pattern), ([, value]) => Number(value))
}

function sum(text: string | undefined, pattern: RegExp): number {
  return values(text, pattern).reduce((total, value) => total + value, 0)
}
