/**
 * The cases of W3C's own trace-context test suite, level 1 (https://github.com/w3c/trace-context/tree/main/test), over real
 * sockets: what is sent to a service, byte for byte, and what a second service then receives from test.
 */
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestObserve } from '../src/testing.ts'
import { send } from './raw-client.ts'

const traceId = '12345678901234567890123456789012'
const parentId = '1234567890123456'
const valid = `00-${traceId}-${parentId}-01`

const cleanUp: (() => unknown)[] = []
let service: string

beforeAll(async () => {
  const obs = createTestObserve({ listen: true, log: { level: 'silent' } })
  cleanUp.push(() => obs.shutdown())
  const second = await serve((request, response) => response.end(JSON.stringify(request.headers)))
  service = await serve(async (_, response) => response.end(await (await fetch(second)).text()))
})
afterAll(async () => {
  for (const clean of cleanUp) await clean()
})

async function serve(handler: RequestListener): Promise<string> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUp.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Sends `lines` as the request's headers; gives what the second service received. */
async function passedOn(...lines: string[]): Promise<{ continued: boolean; flags: string; tracestate?: string }> {
  const head = ['GET / HTTP/1.1', 'host: localhost', 'connection: close', ...lines]
  const { text } = await send(service, `${head.join('\r\n')}\r\n\r\n`)
  const { traceparent = '', tracestate }: IncomingHttpHeaders = JSON.parse(/\{.*\}/.exec(text)?.[0] ?? '{}')
  const [, trace, span, flags = ''] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-(0[0-3])$/.exec(String(traceparent)) ?? []
  expect(trace).not.toMatch(/^0*$/)
  expect(span).not.toMatch(/^0*$/)
  // Each service sends the id of a span of its own.
  expect(span).not.toBe(parentId)
  const state = tracestate === undefined ? {} : { tracestate: String(tracestate) }
  return { continued: trace === traceId, flags, ...state }
}

const continued = { continued: true, flags: '01' }
const restarted = { continued: false, flags: '03' }

describe('traceparent', () => {
  test.each([
    ['without tracestate', [`traceparent: ${valid}`]],
    ['called TraceParent', [`TraceParent: ${valid}`]],
    ['called TrAcEpArEnT', [`TrAcEpArEnT: ${valid}`]],
    ['called TRACEPARENT', [`TRACEPARENT: ${valid}`]],
    ['of a future version', [`traceparent: cc-${traceId}-${parentId}-01`]],
    ['of a future version with more', [`traceparent: cc-${traceId}-${parentId}-01-what-the-future-will-be-like`]],
    ['with a space before', [`traceparent:  ${valid}`]],
    ['with a tab before', [`traceparent:\t${valid}`]],
    ['with a space behind', [`traceparent: ${valid} `]],
    ['with a tab behind', [`traceparent: ${valid}\t`]],
    ['with both on both sides', [`traceparent:\t ${valid} \t`]],
  ])('continues one %s', async (_, lines) => {
    expect(await passedOn(...lines)).toEqual(continued)
  })

  test('passes on the flags that are defined, and no other', async () => {
    expect(await passedOn(`traceparent: 00-${traceId}-${parentId}-ff`)).toEqual({ continued: true, flags: '03' })
  })

  test('obeys the flag of the caller that does not sample', async () => {
    expect(await passedOn(`traceparent: 00-${traceId}-${parentId}-00`)).toEqual({ continued: true, flags: '00' })
  })

  test.each([
    ['none', undefined],
    ['an empty one', ''],
    ['version 00 with a dot behind', `${valid}.`],
    ['version 00 with more', `${valid}-what-the-future-will-be-like`],
    ['a future version with more and no dash', `cc-${traceId}-${parentId}-01.what-the-future-will-be-like`],
    ['version ff', `ff-${traceId}-${parentId}-01`],
    ['an illegal version', `.0-${traceId}-${parentId}-01`],
    ['an illegal version, second digit', `0.-${traceId}-${parentId}-01`],
    ['a version of three digits', `000-${traceId}-${parentId}-01`],
    ['a version of four digits', `0000-${traceId}-${parentId}-01`],
    ['a version of one digit', `0-${traceId}-${parentId}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${parentId}-01`],
    ['an illegal trace id', `00-.${traceId.slice(1)}-${parentId}-01`],
    ['an illegal trace id, last digit', `00-${traceId.slice(1)}.-${parentId}-01`],
    ['a trace id in upper case', `00-${'ABCDEF0123456789'.repeat(2)}-${parentId}-01`],
    ['a long trace id', `00-${traceId}3-${parentId}-01`],
    ['a short trace id', `00-${traceId.slice(1)}-${parentId}-01`],
    ['a parent id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['an illegal parent id', `00-${traceId}-.${parentId.slice(1)}-01`],
    ['an illegal parent id, last digit', `00-${traceId}-${parentId.slice(1)}.-01`],
    ['a long parent id', `00-${traceId}-${parentId}7-01`],
    ['a short parent id', `00-${traceId}-${parentId.slice(1)}-01`],
    ['illegal flags', `00-${traceId}-${parentId}-.0`],
    ['illegal flags, second digit', `00-${traceId}-${parentId}-0.`],
    ['flags of three digits', `00-${traceId}-${parentId}-001`],
    ['flags of one digit', `00-${traceId}-${parentId}-1`],
  ])('begins a new trace, without the tracestate, for %s', async (_, header) => {
    const lines = header === undefined ? [] : [`traceparent: ${header}`]
    expect(await passedOn(...lines)).toEqual(restarted)
    expect(await passedOn(...lines, 'tracestate: foo=1,bar=2')).toEqual(restarted)
  })

  test.each([
    ['two', [`traceparent: ${valid}`, `traceparent: 00-${'a'.repeat(32)}-${parentId}-01`]],
    ['the same one twice', [`traceparent: ${valid}`, `traceparent: ${valid}`]],
    ['a header called trace-parent', [`trace-parent: ${valid}`]],
    ['a header called trace.parent', [`trace.parent: ${valid}`]],
  ])('begins a new trace for %s', async (_, lines) => {
    expect(await passedOn(...lines, 'tracestate: foo=1')).toEqual(restarted)
  })
})

describe('tracestate', () => {
  const members = (count: number) => Array.from({ length: count }, (_, index) => `bar${index}=${index}`).join(',')
  const characters = `${['!"#$%&\'()*+-./0123456789:;<>?@', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`', 'abcdefghijklmnopqrstuvwxyz{|}~'].join('')}`
  const same = (list: string): [string[], string] => [[list], list]
  const long = (count: number) => Array.from({ length: count }, (_, index) => `k${index}=${'v'.repeat(96)}`)

  test.each<[string, string[], string | undefined]>([
    ['one header', ...same('foo=1,bar=2')],
    ['three headers, in their order', ['foo=1,bar=2', 'rojo=1,congo=2', 'baz=3'], 'foo=1,bar=2,rojo=1,congo=2,baz=3'],
    ['an empty header', [''], undefined],
    ['an empty header behind', ['foo=1', ''], 'foo=1'],
    ['an empty header before', ['', 'foo=1'], 'foo=1'],
    ['the first of equal members', ['foo=1,foo=1'], 'foo=1'],
    ['the first of members with one key', ['foo=1,foo=2'], 'foo=1'],
    ['the first of members with one key in two headers', ['foo=1', 'foo=2'], 'foo=1'],
    ['white space around members', ['foo=1 \t , \t bar=2, \t baz=3'], 'foo=1,bar=2,baz=3'],
    ['white space around headers', ['\t foo=1 \t', ' bar=2 '], 'foo=1,bar=2'],
    ['all characters of a key', ...same('abcdefghijklmnopqrstuvwxyz0123456789_-*/=1')],
    ['all characters of a tenant and a vendor', ...same('0a-z_*/@a-z0_9*/-=1')],
    ['all characters of a value', ...same(`foo=${characters}`)],
    ['a space inside a value', ...same('foo=a b')],
    ['a key of 256', ...same(`foo=1,${'z'.repeat(256)}=1`)],
    ['a key of level 2 that begins with a digit', ...same('1foo=1')],
    ['at signs of level 2 anywhere but first', ...same('foo@=1,a@@b=1,a@b@c=1,t@vvvvvvvvvvvvvvv=1')],
    ['a tenant of 241 and a vendor of 14', ...same(`foo=1,${'t'.repeat(241)}@${'v'.repeat(14)}=1`)],
    ['a value of 256', ...same(`foo=${'v'.repeat(256)}`)],
    ['32 members', ...same(members(32))],
    ['512 characters', ...same([...long(5), `k5=${'v'.repeat(9)}`].join(','))],
    ['of more than 512 characters whole members', [long(6).join(',')], long(5).join(',')],
    ['the short members where a long one is too much', [`foo=1,${'z'.repeat(256)}=${'v'.repeat(256)}`], 'foo=1'],
    ['nothing of the single member that is too long', [`${'z'.repeat(256)}=${'v'.repeat(256)}`], undefined],
  ])('passes on %s', async (_, headers, tracestate) => {
    const received = await passedOn(`traceparent: ${valid}`, ...headers.map((header) => `tracestate: ${header}`))
    expect(received).toEqual({ ...continued, ...(tracestate === undefined ? {} : { tracestate }) })
  })

  test.each(['TraceState', 'TrAcEsTaTe', 'TRACESTATE'])('knows the name %s', async (name) => {
    expect(await passedOn(`traceparent: ${valid}`, `${name}: foo=1`)).toEqual({ ...continued, tracestate: 'foo=1' })
  })

  test.each(['trace-state', 'trace.state'])('does not know the name %s', async (name) => {
    expect(await passedOn(`traceparent: ${valid}`, `${name}: foo=1`)).toEqual(continued)
  })

  test.each([
    ['33 members', members(33)],
    ['33 members in two headers', members(32), 'foo=1'],
    ['a member without value', 'foo'],
    ['an empty value', 'foo=,bar=3'],
    ['an empty key', '=1'],
    ['two equals signs', 'foo=bar=baz'],
    ['a space in a key', 'foo =1'],
    ['an upper-case key', 'FOO=1'],
    ['a dot in a key', 'foo.bar=1'],
    ['a tenant that is missing', '@foo=1,bar=2'],
    ['a key of 257', `foo=1,${'z'.repeat(257)}=1`],
    ['a value of 257', `foo=1,bar=${'v'.repeat(257)}`],
    ['a letter beyond ASCII', 'foo=\u00e4'],
    ['a broken member in the second header', 'foo=1', 'BAR=2'],
  ])('continues the trace without a list that has %s', async (_, ...headers) => {
    expect(await passedOn(`traceparent: ${valid}`, ...headers.map((header) => `tracestate: ${header}`))).toEqual(
      continued,
    )
  })
})
