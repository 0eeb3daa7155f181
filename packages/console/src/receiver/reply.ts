/**
 * Answers an export as the OTLP specification asks: `Export...ServiceResponse` with what was rejected on success, and
 * google.rpc.Status with a message otherwise, in the encoding of the request.
 */

import type { ServerResponse } from 'node:http'
import protobuf from 'protobufjs/light.js'
import { type Encoding, responseTypes, type Signal } from '../otlp/decode.ts'

const mediaTypes: Record<Encoding, string> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
  zipkin: 'application/json',
}

const status = new protobuf.Type('Status')
  .add(new protobuf.Field('code', 1, 'int32'))
  .add(new protobuf.Field('message', 2, 'string'))

const rejectedNames: Record<Signal, string> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
}

/** google.rpc.Code for what this receiver answers. */
const codes: Record<number, number> = { 400: 3, 401: 16, 403: 7, 404: 5, 405: 12, 408: 4, 413: 8, 415: 3, 503: 14 }

export function replyStored(
  response: ServerResponse,
  signal: Signal,
  encoding: Encoding,
  rejected: number,
  reason: string,
): void {
  const message = storedAs(signal, rejected, reason)
  send(response, 200, encoding, encoding === 'protobuf' ? encode(responseTypes[signal], message) : toJson(message))
}

/** The same in protobuf, as gRPC has it. */
export function storedMessage(signal: Signal, rejected: number, reason: string): Uint8Array {
  return encode(responseTypes[signal], storedAs(signal, rejected, reason))
}

function storedAs(signal: Signal, rejected: number, reason: string): Record<string, unknown> {
  return reason === '' ? {} : { partialSuccess: { [rejectedNames[signal]]: rejected, errorMessage: reason } }
}

export function replyFailed(response: ServerResponse, code: number, encoding: Encoding, reason: string): void {
  const message = { code: codes[code] ?? 2, message: reason }
  send(response, code, encoding, encoding === 'protobuf' ? encode(status, message) : toJson(message))
}

function send(response: ServerResponse, code: number, encoding: Encoding, body: Uint8Array): void {
  response.writeHead(code, { 'content-type': mediaTypes[encoding], 'content-length': body.length })
  response.end(body)
}

function encode(type: protobuf.Type, message: Record<string, unknown>): Uint8Array {
  return type.encode(type.fromObject(message)).finish()
}

function toJson(message: Record<string, unknown>): Uint8Array {
  return Buffer.from(JSON.stringify(message))
}
