/**
 * A destination of the user's that throws loses its line, and nothing else: lines are written from request handlers, timers and
 * subscribers, where an exception would end the process.
 */
import type { DestinationStream } from 'pino'

export class GuardedDestination {
  /** What pino writes to: the destination itself, but for `write`. */
  readonly stream: DestinationStream
  /** Lines that the destination did not take. */
  dropped = 0

  constructor(destination: DestinationStream) {
    const write = (line: string): void => {
      try {
        destination.write(line)
      } catch {
        this.dropped += 1
      }
    }
    // A proxy, since pino sets fields of destinations that read the level (`pino.multistream`).
    this.stream = new Proxy(destination, {
      get(target, key) {
        if (key === 'write') return write
        const value: unknown = Reflect.get(target, key)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }
}
