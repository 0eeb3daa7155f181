/**
 * Ids as the page writes them.
 */

export function hex(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('hex')
}

export function hexOrNull(id: Uint8Array | null): string | null {
  return id && id.length > 0 ? hex(id) : null
}
