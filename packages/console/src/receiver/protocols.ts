/**
 * Senders that speak another protocol than the port they send to: how they are known, and how to mend it.
 */

export const TLS_REFUSED =
  'TLS was sent to a port without TLS. Send to http:// instead of https://, or set OTEL_EXPORTER_OTLP_INSECURE=true for gRPC.'
export const GRPC_REFUSED =
  'gRPC was sent to the port of OTLP over HTTP. Send it to the gRPC port (4317), or set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.'

/** The first line of HTTP/2, which gRPC begins with. */
export function isGrpc(sent: Buffer): boolean {
  return sent.toString('latin1', 0, 4) === 'PRI '
}

/** A TLS record of the handshake: 0x16 and the version, which begins with 3. */
export function isTls(sent: Buffer): boolean {
  return sent[0] === 0x16 && sent[1] === 3
}
