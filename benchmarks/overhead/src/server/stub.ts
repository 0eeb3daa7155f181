/** The service that the measured app calls: it answers each request with the same small JSON document. */
import { createServer } from 'node:http'

const BODY = JSON.stringify({ sku: '42', stock: 7, warehouse: 'north' })

const server = createServer((request, response) => {
  request.resume()
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(BODY) }).end(BODY)
})
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 })
})
process.on('disconnect', () => process.exit())
