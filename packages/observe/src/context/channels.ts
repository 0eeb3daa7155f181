/**
 * Subscriptions to `node:diagnostics_channel`. A subscriber that throws would end the process, so each is guarded: an
 * error of ours is said once and never reaches the user's request.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Logger } from 'pino'

/** What to do with each channel's messages. The publisher documents their shape; nothing here can check it. */
export type ChannelHandlers<Message> = Record<string, (message: Message) => void>

export interface ChannelSubscription {
  stop(): void
}

export function subscribeToChannels<Message>(handlers: ChannelHandlers<Message>, log: Logger): ChannelSubscription {
  const subscriptions = Object.entries(handlers).map(([name, handle]) => {
    let failed = false
    function guarded(message: unknown): void {
      try {
        handle(message as Message)
      } catch (error) {
        if (!failed) log.error({ err: error }, `observing ${name} failed; the request itself is not affected`)
        failed = true
      }
    }
    subscribe(name, guarded)
    return { name, guarded }
  })
  return {
    stop() {
      for (const { name, guarded } of subscriptions) unsubscribe(name, guarded)
    },
  }
}
