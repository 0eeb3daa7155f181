/**
 * Pipelined requests: a response that waits for the one before it has no socket, and where the connection is reset or becomes a
 * tunnel (`CONNECT`) it may never emit 'close' (Node.js 22.17 to 24.2; after CONNECT in later ones, too). So such responses end
 * with their connection.
 */
import type { Socket } from 'node:net'

/** Responses that waited when they arrived. */
export class Pipelined<Entry extends object> {
  readonly #end: (entry: Entry) => void
  readonly #waiting = new WeakMap<Socket, Set<Entry>>()

  /** @param end ends an entry whose connection was closed; more than one call for an entry does no harm */
  constructor(end: (entry: Entry) => void) {
    this.#end = end
  }

  /** Ends `entry` when `socket` is closed; returns a function that forgets it. */
  follow(entry: Entry, socket: Socket): () => void {
    const waiting = this.#waiting.get(socket) ?? this.#begin(socket)
    waiting.add(entry)
    return () => void waiting.delete(entry)
  }

  #begin(socket: Socket): Set<Entry> {
    const waiting = new Set<Entry>()
    this.#waiting.set(socket, waiting)
    // After the listeners of the server itself, which end what they know of with its own status.
    socket.once('close', () => setImmediate(() => this.#endAll(waiting)))
    return waiting
  }

  #endAll(waiting: Set<Entry>): void {
    for (const entry of waiting) this.#end(entry)
  }
}
