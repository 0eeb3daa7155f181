/**
 * Calls that a database's client publishes on a tracing channel (`node:diagnostics_channel`). One file for each
 * client interprets its messages; the client itself is never imported, and costs nothing where it is not used.
 */
import { type Context, createContextKey } from '@opentelemetry/api'
import type { Logger } from 'pino'
import { callerOf, carryContext } from '../../context/channel-context.ts'
import { type ChannelSubscription, subscribeToChannels } from '../../context/channels.ts'
import { monotonicMs } from '../../time/clock.ts'
import type { DbCall, DbCalls } from './db-calls.ts'
import { CONNECT, type Database, type Operation } from './db-operation.ts'

/** The call that a message describes. */
interface DescribedCall {
  database: Database
  operation: Operation
}

/** What a tracing channel adds to its message when the call is over. */
interface CallResult {
  error?: unknown
  result?: unknown
}

interface OperationOptions {
  /** The context in which the library does its work; by default the caller's. */
  inside?: (caller: Context) => Context
  /** The error that a result holds, although the call as a whole succeeded. */
  failureIn?: (result: unknown) => unknown
}

const WITHIN_BATCH = createContextKey('@lab/observe.batch')

/** The context in which a batch is sent; its single operations are not recorded. */
export function withinBatch(caller: Context): Context {
  return caller.setValue(WITHIN_BATCH, true)
}

export class TracedCalls {
  readonly #calls: DbCalls
  readonly #log: Logger

  constructor(calls: DbCalls, log: Logger) {
    this.#calls = calls
    this.#log = log
  }

  /**
   * Observes each call on the tracing channel `name` that `read` describes.
   */
  operations<Message extends object>(
    name: string,
    read: (message: Message) => DescribedCall | undefined,
    { inside = (caller) => caller, failureIn = () => undefined }: OperationOptions = {},
  ): ChannelSubscription {
    const open = new WeakMap<object, DbCall>()
    return this.#follow<Message>(name, inside, {
      began: (message) => {
        const caller = callerOf(message)
        const described = caller.getValue(WITHIN_BATCH) === undefined ? read(message) : undefined
        const call = described && this.#calls.begin(described.database, described.operation, caller)
        if (call !== undefined) open.set(message, call)
      },
      ended: (message) => open.get(message)?.end(message.error ?? failureIn(message.result)),
    })
  }

  /**
   * Observes connections being opened on the tracing channel `name`, outside of any request, since they outlive the one
   * that needs them first. Only a failed connect is recorded.
   */
  connections<Message extends object>(
    name: string,
    read: (message: Message) => Database | undefined,
    inside: (caller: Context) => Context,
  ): ChannelSubscription {
    const open = new WeakMap<object, { database: Database; startedMs: number }>()
    return this.#follow<Message>(name, inside, {
      began: (message) => {
        const database = read(message)
        if (database !== undefined) open.set(message, { database, startedMs: monotonicMs() })
      },
      ended: (message) => {
        const connect = message.error === undefined ? undefined : open.get(message)
        if (connect === undefined || !open.delete(message)) return
        this.#calls.begin(connect.database, CONNECT, callerOf(message), connect.startedMs)?.end(message.error)
      },
    })
  }

  #follow<Message extends object>(
    name: string,
    inside: (caller: Context) => Context,
    on: { began(message: Message): void; ended(message: Message & CallResult): void },
  ): ChannelSubscription {
    const carrying = carryContext(name, inside)
    const subscription = subscribeToChannels<Message & CallResult>(
      {
        [`tracing:${name}:start`]: on.began,
        // 'asyncStart' has the result. 'end' fires as soon as the call was made, when only one that threw is complete.
        [`tracing:${name}:asyncStart`]: on.ended,
        [`tracing:${name}:end`]: (message) => {
          if (message.error !== undefined) on.ended(message)
        },
      },
      this.#log,
    )
    return {
      stop() {
        carrying.stop()
        subscription.stop()
      },
    }
  }
}
