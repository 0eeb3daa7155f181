/**
 * The server that a request is sent to, as span and metric name it.
 */
export interface Peer {
  address: string
  port: number
}

export function peerOf({ hostname, port, protocol }: URL): Peer {
  // Brackets around an IPv6 address belong to the URL alone.
  const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  if (port !== '') return { address, port: Number(port) }
  return { address, port: protocol === 'https:' ? 443 : 80 }
}
