/**
 * A server that answers with the library that the first argument names, which OpenTelemetry's own instrumentation observes through the globals
 * of `observe()`; asks it once, and ends.
 */
import { createServer, get } from 'node:http'
import { createRequire } from 'node:module'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { GraphQLInstrumentation } from '@opentelemetry/instrumentation-graphql'
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc'
import { observe } from '../../src/index.ts'

const obs = observe()
registerInstrumentations({ instrumentations: [new GraphQLInstrumentation(), new GrpcInstrumentation()] })
const require = createRequire(import.meta.url)

const libraries = {
  graphql() {
    const { buildSchema, graphql } = require('graphql')
    const schema = buildSchema('type Query { user(id: ID!): String }')
    return {
      answer: () => graphql({ schema, source: '{ user(id: "7") }', rootValue: { user: ({ id }) => `user ${id}` } }),
      end: () => undefined,
    }
  },
  async grpc() {
    const { credentials, makeClientConstructor, Server, ServerCredentials } = require('@grpc/grpc-js')
    const [serialize, deserialize] = [(value) => Buffer.from(value), (bytes) => bytes.toString()]
    const method = {
      path: '/shop.Users/Find',
      requestStream: false,
      responseStream: false,
      ...{ requestSerialize: serialize, requestDeserialize: deserialize },
      ...{ responseSerialize: serialize, responseDeserialize: deserialize },
    }
    const server = new Server()
    server.addService({ Find: method }, { Find: ({ request }, done) => done(null, `user ${request}`) })
    const port = await new Promise((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    )
    const Users = makeClientConstructor({ Find: method }, 'shop.Users')
    const client = new Users(`127.0.0.1:${port}`, credentials.createInsecure())
    return {
      answer: () =>
        new Promise((resolve, reject) => client.Find('7', (error, value) => (error ? reject(error) : resolve(value)))),
      end() {
        client.close()
        server.forceShutdown()
      },
    }
  },
}

const { answer, end } = await libraries[process.argv[2]]()
const server = createServer(async (_request, response) => response.end(JSON.stringify(await answer())))
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
await new Promise((resolve) =>
  get(`http://127.0.0.1:${server.address().port}/`, { agent: false }, (answer) => answer.resume().on('end', resolve)),
)
end()
server.close()
await obs.shutdown()
