/**
 * As much of SQL Server as its client needs to believe in it: TDS 7.4 (MS-TDS) on a socket, which answers each request with
 * one row, or as its text says: `fail` with an error, `slow` not at all, `break` by closing the connection. The server itself
 * is in no registry.
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

const PRELOGIN = 0x12
const LOGIN = 0x10
const ATTENTION = 0x06
const RESPONSE = 0x04
const HEADER_BYTES = 8
const LAST_PACKET = 0x01

export async function startTdsServer(): Promise<Server & { port: number }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()))
    let received = Buffer.alloc(0)
    let message = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      while (received.length >= HEADER_BYTES && received.length >= received.readUInt16BE(2)) {
        const [type, status, length] = [received.readUInt8(0), received.readUInt8(1), received.readUInt16BE(2)]
        message = Buffer.concat([message, received.subarray(HEADER_BYTES, length)])
        received = received.subarray(length)
        if ((status & LAST_PACKET) === 0) continue
        answer(socket, type, message)
        message = Buffer.alloc(0)
      }
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  server.once('close', () => sockets.clear())
  const close = server.close.bind(server)
  server.close = (done) => {
    for (const socket of sockets) socket.destroy()
    return close(done)
  }
  return Object.assign(server, { port: (server.address() as AddressInfo).port })
}

function answer(socket: Socket, type: number, message: Buffer): void {
  const text = message.toString('utf16le') + message.subarray(1).toString('utf16le')
  if (text.includes('slow') && type !== ATTENTION) return
  if (text.includes('break')) return void socket.destroy()
  // A client that cancels waits for the end of the request, and for a word that it was cancelled.
  if (type === ATTENTION) send(socket, done(0))
  send(socket, tokens(type, text))
}

function send(socket: Socket, payload: Buffer): void {
  const header = Buffer.from([RESPONSE, LAST_PACKET, 0, 0, 0, 0, 1, 0])
  header.writeUInt16BE(HEADER_BYTES + payload.length, 2)
  socket.write(Buffer.concat([header, payload]))
}

function tokens(type: number, text: string): Buffer {
  if (type === PRELOGIN) {
    // Version at 11 and encryption at 17, which is not supported.
    return Buffer.from([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, 2])
  }
  if (type === LOGIN) return Buffer.concat([loginAck(), done(0)])
  if (type === ATTENTION) return done(0x20)
  if (text.includes('fail')) return Buffer.concat([failure(2627, 'no second secret'), done(0x02)])
  if (text.includes('sp_prepare')) return Buffer.concat([returnValue('@handle', 1), done(0)])
  // Whatever the client sets up first has no rows.
  return /select n|restock|sp_execute/.test(text) ? Buffer.concat([row(7), done(0x10)]) : done(0)
}

function loginAck(): Buffer {
  const body = Buffer.concat([Buffer.from([1, 0x74, 0, 0, 4]), shortText('test'), Buffer.from([16, 0, 0, 0])])
  return Buffer.concat([Buffer.from([0xad]), uint16(body.length), body])
}

/** One row of one column `n`. */
function row(value: number): Buffer {
  const column = Buffer.concat([
    Buffer.from([0x81]),
    uint16(1),
    int32(0),
    uint16(0),
    Buffer.from([0x38]),
    shortText('n'),
  ])
  return Buffer.concat([column, Buffer.from([0xd1]), int32(value)])
}

function failure(number: number, message: string): Buffer {
  const text = Buffer.from(message, 'utf16le')
  const body = Buffer.concat([
    int32(number),
    Buffer.from([1, 14]),
    uint16(message.length),
    text,
    shortText('test'),
    shortText(''),
    int32(1),
  ])
  return Buffer.concat([Buffer.from([0xaa]), uint16(body.length), body])
}

function returnValue(name: string, value: number): Buffer {
  const type = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0x26, 4, 4])
  return Buffer.concat([Buffer.from([0xac]), uint16(0), shortText(name), type, int32(value)])
}

/** The end of a request, and how many rows it had. */
function done(status: number): Buffer {
  return Buffer.concat([Buffer.from([0xfd]), uint16(status), uint16(0), int32(1), int32(0)])
}

function shortText(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'utf16le')])
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2)
  buffer.writeUInt16LE(value)
  return buffer
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeInt32LE(value)
  return buffer
}
