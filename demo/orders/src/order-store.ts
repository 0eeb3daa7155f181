/**
 * The orders in PostgreSQL. An order ends once: each statement that ends one does so only while it is pending, so that
 * placing an order and giving it up cannot both win.
 */

import { Problem } from '@demo/chassis'
import type { Client, Database } from '@demo/chassis/database'
import type { EndState, Order, OrderItem, OrderRequest } from './order.ts'

const columns = `id, status, total_cents as "totalCents", currency, items, trace_id as "traceId",
  created_at as "createdAt"`

/** What the history of orders costs besides: in a grown shop it is joined from tables of millions of rows. */
const LIST_SECONDS = 0.02

/** The response that a caller got, to be repeated. */
export interface StoredProblem {
  status: number
  code: string
  message: string
  details?: Record<string, unknown>
}

export interface KeyedOrder extends Order {
  fingerprint: string
  problem: StoredProblem | null
}

export interface NewOrder {
  id: string
  key: string
  fingerprint: string
  request: OrderRequest
  shopper: string | undefined
  traceId: string | undefined
}

export interface Ended {
  state: Exclude<EndState, 'confirmed'>
  problem: Problem
  /** Whether the order may hold stock or a payment that is to be given back. */
  toCompensate: boolean
}

export interface RecoveryTimes {
  /** Age of a pending order. */
  pendingSeconds: number
  /** Time since an order ended. */
  endedSeconds: number
  /** For which no other instance takes an order. */
  claimSeconds: number
}

export class OrderStore {
  readonly #database: Database
  readonly #isOneByOne: () => boolean

  /** @param isOneByOne whether a list reads each order by a query of its own, the weakness `n-plus-one` */
  constructor(database: Database, isOneByOne: () => boolean) {
    this.#database = database
    this.#isOneByOne = isOneByOne
  }

  /** Begins an order; undefined where its key is taken. */
  async begin({ id, key, fingerprint, request, shopper, traceId }: NewOrder): Promise<Order | undefined> {
    const { rows } = await this.#database.query<Order>(
      `insert into orders.orders
         (id, idempotency_key, fingerprint, customer_name, customer_email, items, shopper, trace_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (idempotency_key) where status <> 'failed' do nothing
       returning ${columns}`,
      [id, key, fingerprint, ...customerOf(request), JSON.stringify(request.items), shopper, traceId],
    )
    return rows[0]
  }

  /**
   * Confirms a pending order, gives it the next number of the day, and does what `together` does, or none of it. Undefined where the order had
   * ended before. The row that counts is locked from the moment a number is taken until the commit, so it is taken last.
   */
  confirm(
    id: string,
    { items, totalCents }: { items: OrderItem[]; totalCents: number },
    together: (client: Client) => Promise<void>,
    /** The weakness `lock-across-call`: done while the row is locked, in place of before. */
    whileLocked?: () => Promise<void>,
  ): Promise<Order | undefined> {
    return this.#database.transaction(async (client) => {
      const early = whileLocked && (await takeNumber(client))
      await whileLocked?.()
      const { rows } = await client.query<Order>(
        `update orders.orders set status = 'confirmed', items = $2, total_cents = $3, ended_at = now()
         where id = $1 and status = 'pending' returning ${columns}`,
        [id, JSON.stringify(items), totalCents],
      )
      if (!rows[0]) return undefined
      await together(client)
      const number = early ?? (await takeNumber(client))
      await client.query('update orders.orders set number = $2 where id = $1', [id, number])
      return rows[0]
    })
  }

  /** Ends a pending order unconfirmed; false where it had ended before. */
  async end(id: string, { state, problem, toCompensate }: Ended): Promise<boolean> {
    const { status, code, message, details } = problem
    const { rowCount } = await this.#database.query(
      `update orders.orders set status = $2, problem = $3, ended_at = now(),
         compensated_at = case when $4::boolean then null else now() end
       where id = $1 and status = 'pending'`,
      [id, state, JSON.stringify({ status, code, message, details }), toCompensate],
    )
    return rowCount === 1
  }

  async compensated(id: string): Promise<void> {
    await this.#database.query('update orders.orders set compensated_at = now() where id = $1', [id])
  }

  /** Gives back an order that was claimed and could not be recovered, to be claimed again after `seconds`. */
  async recoverAfter(id: string, seconds: number): Promise<void> {
    const text = 'update orders.orders set recover_after = now() + make_interval(secs => $2) where id = $1'
    await this.#database.query(text, [id, seconds])
  }

  /** An order of `shopper`, or of anybody where none is given. An order from before there were shoppers is found for each. */
  async find(id: string, shopper?: string): Promise<Order> {
    const { rows } = await this.#database.query<Order>(
      `select ${columns} from orders.orders
       where id = $1 and ($2::uuid is null or shopper is null or shopper = $2)`,
      [id, shopper],
    )
    if (!rows[0]) throw new Problem(404, 'unknown_order', `There is no order ${id}.`)
    return rows[0]
  }

  async findByKey(key: string): Promise<KeyedOrder | undefined> {
    const { rows } = await this.#database.query<KeyedOrder>(
      `select ${columns}, fingerprint, problem from orders.orders where idempotency_key = $1 and status <> 'failed'`,
      [key],
    )
    return rows[0]
  }

  /** Newest first: those of `shopper`, or of all where none is given. */
  async list(limit: number, shopper?: string): Promise<Order[]> {
    if (this.#isOneByOne()) return this.#listOneByOne(limit, shopper)
    const { rows } = await this.#database.query<Order>(
      `select ${columns} from (${newest(shopper)}) as newest, pg_sleep($2)`,
      [limit, LIST_SECONDS, ...(shopper ? [shopper] : [])],
    )
    return rows
  }

  async #listOneByOne(limit: number, shopper?: string): Promise<Order[]> {
    const { rows } = await this.#database.query<{ id: string }>(
      `select id from (${newest(shopper)}) as newest, pg_sleep($2)`,
      [limit, LIST_SECONDS, ...(shopper ? [shopper] : [])],
    )
    const orders: Order[] = []
    for (const { id } of rows) orders.push(await this.find(id))
    return orders
  }

  /**
   * Takes orders that were left: pending for too long, or ended and still holding something. Each is out of reach of every
   * instance for `claimSeconds`; those that waited longest come first.
   */
  async claimLeftBehind({
    pendingSeconds,
    endedSeconds,
    claimSeconds,
  }: RecoveryTimes): Promise<{ id: string; status: Order['status'] }[]> {
    const { rows } = await this.#database.query<{ id: string; status: Order['status'] }>(
      `with due as (
         select id from orders.orders
         where ((status = 'pending' and created_at < now() - make_interval(secs => $1))
             or (status not in ('pending', 'confirmed') and compensated_at is null
                 and ended_at < now() - make_interval(secs => $2)))
           and recover_after <= now()
         order by recover_after, created_at limit 50
         for update skip locked
       )
       update orders.orders as o set recover_after = now() + make_interval(secs => $3)
       from due where due.id = o.id
       returning o.id, o.status`,
      [pendingSeconds, endedSeconds, claimSeconds],
    )
    return rows
  }
}

function customerOf({ customer }: OrderRequest): [name: string, email: string] {
  return [customer.name, customer.email]
}

/** The orders of a list; each of the two has an index of its own. */
function newest(shopper: string | undefined): string {
  return `select * from orders.orders ${shopper ? 'where shopper = $3' : ''} order by created_at desc limit $1`
}

/** Takes the next number of today, such as `20261129-17`. */
async function takeNumber(client: Client): Promise<string> {
  const { rows } = await client.query<{ number: string }>(
    `insert into orders.numbers (day, last) values (current_date, 1)
     on conflict (day) do update set last = numbers.last + 1
     returning to_char(day, 'YYYYMMDD') || '-' || last as number`,
  )
  return rows[0]?.number ?? ''
}
