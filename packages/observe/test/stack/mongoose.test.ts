/**
 * `mongoose` on FerretDB, which speaks MongoDB's protocol: what is asked in whichever way is one span in the trace of the caller that
 * asked, and one measurement; filters show their fields, never a value.
 */
import mongoose, { Schema } from 'mongoose'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestObserve, type TestObserve } from '../../src/testing.ts'
import { the } from '../observed.ts'
import { clientInReadme } from '../readme-table.ts'
import { Recorded } from '../recorded.ts'
import { startMongodb } from './mongodb-server.ts'
import type { Server } from './server.ts'

let server: Server
let obs: TestObserve
let recorded: Recorded
let connection: mongoose.Connection

const shops = new Schema({ name: String })
const products = new Schema({
  name: { type: String, required: true },
  price: Number,
  shop: { type: Schema.Types.ObjectId, ref: 'Shop' },
})

function models() {
  return { Shop: connection.model('Shop', shops), Product: connection.model('Product', products) }
}

beforeAll(async () => {
  server = await startMongodb()
  connection = await mongoose.createConnection(`mongodb://127.0.0.1:${server.port}/shop`).asPromise()
  const { Shop, Product } = models()
  await Promise.all([Shop.init(), Product.init()])
}, 600_000)
afterAll(async () => {
  await connection.close()
  await server.stop()
})

beforeEach(async () => {
  const { Shop, Product } = models()
  await Promise.all([Shop.deleteMany({}), Product.deleteMany({})])
  const shop = await Shop.create({ name: 'corner' })
  await Product.insertMany(Array.from({ length: 250 }, (_, at) => ({ name: `name ${at}`, price: at, shop: shop._id })))
  obs = createTestObserve({ listen: true })
  recorded = new Recorded(obs)
})
afterEach(() => obs.shutdown())

test('a span and a measurement by the semantic conventions, without values', async () => {
  const { Product } = models()
  await obs.span('request', () =>
    Product.findOne({ $or: [{ shop: null }, { shop: { $exists: true } }], name: 'secret', price: { $in: [1, 2, 3] } }),
  )
  const [span] = recorded.within('request')
  expect(span).toMatchObject({ name: 'findOne products', kind: 'client', status: 'unset' })
  expect(the(span).attributes).toEqual({
    'db.system.name': 'mongodb',
    'db.namespace': 'shop',
    'server.address': '127.0.0.1',
    'server.port': server.port,
    'db.operation.name': 'findOne',
    'db.collection.name': 'products',
    'db.query.text': '{"$or":[{"shop":"?"},{"shop":{"$exists":"?"}}],"name":"?","price":{"$in":["?"]}}',
  })
  expect(recorded.spans).toHaveLength(1)
  expect(await recorded.measured()).toEqual({ findOne: 1 })
  expect(JSON.stringify(obs.spans) + (await obs.scrape()).body).not.toContain('secret')
})

test('the README shows a filter as it is recorded', async () => {
  await obs.span('request', () => models().Product.find({ age: { $gt: 18 } }))
  expect(clientInReadme('mongoose')['with the text']).toBe(the(recorded.spans[0]).attributes['db.query.text'])
})

test('what is written, one by one and in batches', async () => {
  const { Product } = models()
  await obs.span('request', async () => {
    const product = await Product.create({ name: 'created' })
    product.price = 5
    await product.save()
    await Product.updateOne({ name: 'created' }, { price: 6 })
    await Product.findOneAndDelete({ name: 'created' })
    await Product.insertMany([{ name: 'first' }, { name: 'second' }])
    await Product.bulkWrite([
      { updateOne: { filter: { name: 'first' }, update: { price: 1 } } },
      { deleteOne: { filter: { name: 'second' } } },
      { insertOne: { document: { name: 'third' } } },
    ])
  })
  expect(
    recorded.within('request').map(({ name, attributes }) => [name, attributes['db.operation.batch.size']]),
  ).toEqual([
    ['save products', undefined],
    ['save products', undefined],
    ['updateOne products', undefined],
    ['findOneAndDelete products', undefined],
    ['insertMany products', 2],
    ['bulkWrite products', 3],
  ])
})

test('an aggregation, and what populate asks besides', async () => {
  const { Product } = models()
  await obs.span('request', async () => {
    const [found] = await Product.aggregate([{ $match: { price: { $gt: 100 } } }, { $count: 'n' }])
    expect(found).toEqual({ n: 149 })
    const product = await Product.findOne({ price: 7 }).populate<{ shop: { name: string } }>('shop')
    expect(product?.shop.name).toBe('corner')
  })
  expect(recorded.within('request').map(({ name, attributes }) => [name, attributes['db.query.text']])).toEqual([
    ['aggregate products', '[{"$match":{"price":{"$gt":"?"}}},{"$count":"?"}]'],
    ['find shops', expect.stringContaining('"_id"')],
    ['findOne products', '{"price":"?"}'],
  ])
})

test('a cursor is one span, however many documents it gives', async () => {
  const { Product } = models()
  await obs.span('request', async () => {
    let seen = 0
    for await (const product of Product.find({ price: { $gte: 0 } }).cursor({ batchSize: 50 })) {
      expect(product.name).toBeDefined()
      seen += 1
    }
    for await (const { _id } of Product.aggregate<{ _id: number }>([{ $group: { _id: '$price' } }]).cursor()) {
      expect(_id).toBeTypeOf('number')
      seen += 1
    }
    expect(seen).toBe(500)
  })
  expect(recorded.within('request').map(({ name }) => name)).toEqual(['find products', 'aggregate products'])
})

test('an error has the code of the database, or the name of the class', async () => {
  const { Product } = models()
  const { _id } = the((await Product.findOne().lean()) ?? undefined)
  obs.reset()
  await obs.span('request', async () => {
    await expect(Product.create({ _id, name: 'secret' })).rejects.toThrow('duplicate')
    await expect(Product.create({ price: 1 })).rejects.toThrow('required')
    await expect(Product.findOne({ price: 'secret' as never })).rejects.toThrow('Cast')
    await expect(Product.aggregate([{ $nonsense: {} } as never])).rejects.toThrow('nonsense')
  })
  expect(
    recorded.within('request').map(({ name, status, attributes }) => [name, status, attributes['error.type']]),
  ).toEqual([
    ['save products', 'error', '11000'],
    ['save products', 'error', 'ValidationError'],
    ['findOne products', 'error', 'CastError'],
    ['aggregate products', 'error', expect.stringMatching(/^\d+$/)],
  ])
  expect(JSON.stringify(obs.spans) + (await obs.scrape()).body).not.toContain('secret')
})

test('a hundred requests at once: each query in its own trace', async () => {
  const { Product } = models()
  await Promise.all(
    Array.from({ length: 100 }, (_, id) =>
      obs.span(`request ${id}`, async () => {
        const product = await Product.findOne({ price: id })
        obs.log.info({ id })
        expect(product?.name).toBe(`name ${id}`)
      }),
    ),
  )
  expect(recorded.spans).toHaveLength(100)
  for (let id = 0; id < 100; id += 1) {
    expect(recorded.within(`request ${id}`)).toHaveLength(1)
    const parent = the(obs.spans.find(({ name }) => name === `request ${id}`))
    expect(obs.lines.find((line) => line.id === id)).toMatchObject({ span_id: parent.spanId })
  }
  expect(await recorded.measured()).toEqual({ findOne: 100 })
})

test('no server', async () => {
  const unreachable = mongoose.createConnection('mongodb://127.0.0.1:1/shop', { serverSelectionTimeoutMS: 100 })
  const refused = expect(unreachable.asPromise()).rejects.toThrow('ECONNREFUSED')
  const Product = unreachable.model('Product', new Schema({ name: String }, { bufferTimeoutMS: 100 }))
  await obs.span('request', () => expect(Product.findOne()).rejects.toThrow('buffering timed out'))
  await refused
  expect(recorded.within('request').map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
    ['findOne products', 'MongooseError'],
  ])
  await unreachable.close()
})

test('outside of any request it is measured but makes no trace; after shutdown nothing is recorded', async () => {
  const { Product } = models()
  await Product.countDocuments()
  expect(obs.spans).toEqual([])
  expect(await recorded.measured()).toEqual({ countDocuments: 1 })
  await obs.shutdown()
  await obs.span('request', () => Product.countDocuments())
  expect(recorded.spans).toEqual([])
})
