/**
 * The cases of the W3C trace-context specification, level 2: which headers are continued, which begin a new trace.
 */
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { describe, expect, test } from 'vitest'
import { remoteParent, Tracestate, traceContextPropagator } from './tracecontext.ts'

const traceId = '12345678901234567890123456789012'
const spanId = '1234567890123456'
const valid = `00-${traceId}-${spanId}-01`

describe('traceparent', () => {
  test.each([
    ['sampled', valid, 1],
    ['not sampled', `00-${traceId}-${spanId}-00`, 0],
    ['a random trace id', `00-${traceId}-${spanId}-03`, 3],
    ['a random trace id, not sampled', `00-${traceId}-${spanId}-02`, 2],
    ['unknown flags', `00-${traceId}-${spanId}-fd`, 1],
    ['unknown flags, not sampled', `00-${traceId}-${spanId}-fc`, 0],
    ['white space around it', ` \t${valid}\t `, 1],
    ['a future version', `cc-${traceId}-${spanId}-01`, 1],
    ['a future version with more', `cc-${traceId}-${spanId}-01-what-the-future-will-be-like`, 1],
    ['a future version with a dash', `cc-${traceId}-${spanId}-01-`, 1],
  ])('continues %s', (_, header, traceFlags) => {
    expect(remoteParent(header, undefined)).toEqual({ traceId, spanId, traceFlags, isRemote: true })
  })

  test.each([
    ['nothing', ''],
    ['version ff', `ff-${traceId}-${spanId}-01`],
    ['version 00 with more', `${valid}-what`],
    ['version 00 with a dash', `${valid}-`],
    ['version 00 with a dot', `${valid}.what`],
    ['a future version with more and no dash', `cc-${traceId}-${spanId}-01.what`],
    ['a version of one digit', `0-${traceId}-${spanId}-01`],
    ['a version of three digits', `000-${traceId}-${spanId}-01`],
    ['a version that is no number', `.0-${traceId}-${spanId}-01`],
    ['an upper-case version', `0A-${traceId}-${spanId}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['a trace id in upper case', `00-${'ABCDEF0123456789'.repeat(2)}-${spanId}-01`],
    ['a trace id with a wrong character', `00-.${traceId.slice(1)}-${spanId}-01`],
    ['a short trace id', `00-${traceId.slice(1)}-${spanId}-01`],
    ['a long trace id', `00-${traceId}0-${spanId}-01`],
    ['a parent id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['a parent id with a wrong character', `00-${traceId}-.${spanId.slice(1)}-01`],
    ['a short parent id', `00-${traceId}-${spanId.slice(1)}-01`],
    ['flags with a wrong character', `00-${traceId}-${spanId}-.0`],
    ['flags of one digit', `00-${traceId}-${spanId}-1`],
    ['flags of three digits', `00-${traceId}-${spanId}-001`],
    ['two headers joined', `${valid}, ${valid}`],
    ['a line break within', `00-${traceId}-${spanId}-01\r\nx: y`],
  ])('does not continue %s', (_, header) => {
    expect(remoteParent(header, 'foo=1')).toBeUndefined()
  })

  test('takes no tracestate without it', () => {
    expect(remoteParent(undefined, 'foo=1')).toBeUndefined()
  })

  test('ignores two of them and reads one in an array', () => {
    const extract = (traceparent: string[]) =>
      trace.getSpanContext(traceContextPropagator.extract(ROOT_CONTEXT, { traceparent }, defaultTextMapGetter))
    expect(extract([valid, valid])).toBeUndefined()
    expect(extract([valid])?.traceId).toBe(traceId)
  })
})

describe('tracestate', () => {
  const members = (count: number) => Array.from({ length: count }, (_, index) => `bar${index}=${index}`).join(',')

  test.each([
    ['two members', 'foo=1,bar=2', 'foo=1,bar=2'],
    ['white space around members', 'foo=1 \t , \t bar=2', 'foo=1,bar=2'],
    ['empty members', 'foo=1,,bar=2,', 'foo=1,bar=2'],
    ['a duplicate key: the first counts', 'foo=1,foo=2', 'foo=1'],
    ['32 members', members(32), members(32)],
    ['all characters of a key', 'a-z0_9*/-=1', 'a-z0_9*/-=1'],
    ['a key of 256', `${'z'.repeat(256)}=1`, `${'z'.repeat(256)}=1`],
    ['a vendor key', `${'t'.repeat(241)}@${'v'.repeat(14)}=1`, `${'t'.repeat(241)}@${'v'.repeat(14)}=1`],
    ['a key that begins with a digit', '1foo=1', '1foo=1'],
    ['at signs anywhere but first', 't@=1,foo@@bar=1,t@0v=1', 't@=1,foo@@bar=1,t@0v=1'],
    ['spaces inside a value', 'foo=a b', 'foo=a b'],
    ['all characters of a value', 'foo=!"#$%&\'()*+-./:;<>?@[]^_`{|}~', 'foo=!"#$%&\'()*+-./:;<>?@[]^_`{|}~'],
  ])('passes on %s', (_, header, expected) => {
    expect(Tracestate.parse(header)?.serialize()).toBe(expected)
  })

  test.each([
    ['33 members', members(33)],
    ['a member without value', 'foo'],
    ['an empty key', '=1'],
    ['an empty value', 'foo='],
    ['an upper-case key', 'FOO=1'],
    ['a key with a space', 'foo bar=1'],
    ['a key with a dot', 'foo.bar=1'],
    ['a key that begins with a dash', '-foo=1'],
    ['a key of 257', `${'z'.repeat(257)}=1`],
    ['a key that begins with an at sign', '@v=1'],
    ['an equals sign in a value', 'foo=bar=baz'],
    ['a value of 257', `foo=${'v'.repeat(257)}`],
    ['a control character', 'foo=a\u0001b'],
    ['a letter beyond ASCII', 'foo=ä'],
  ])('discards %s', (_, header) => {
    expect(Tracestate.parse(header)).toBeUndefined()
    expect(remoteParent(valid, header)?.traceState).toBeUndefined()
  })

  test('puts what is set first and cuts at 32 members', () => {
    const state = Tracestate.parse(members(32))?.set('bar5', 'new').set('fresh', '1')
    expect(state?.serialize().startsWith('fresh=1,bar5=new,bar0=0')).toBe(true)
    expect(state?.serialize().split(',')).toHaveLength(32)
    expect(state?.get('bar31')).toBeUndefined()
    expect(state?.unset('fresh').get('fresh')).toBeUndefined()
  })

  test('leaves out long members first when the header would be too long', () => {
    const long = `long=${'x'.repeat(200)}`
    const header = `${long},a=${'y'.repeat(100)},b=${'y'.repeat(100)},c=${'y'.repeat(100)},d=${'y'.repeat(100)}`
    const written = Tracestate.parse(header)?.serialize() ?? ''
    expect(written.length).toBeLessThanOrEqual(512)
    expect(written).not.toContain('long=')
    expect(written).toContain('d=')
  })

  test('goes out again with the span that continued it', () => {
    const carrier = { traceparent: valid, tracestate: 'foo=1' }
    const context = traceContextPropagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter)
    const out = {}
    traceContextPropagator.inject(context, out, defaultTextMapSetter)
    expect(out).toEqual(carrier)
  })
})

test('the random flag is passed on', () => {
  const context = traceContextPropagator.extract(
    ROOT_CONTEXT,
    { traceparent: `00-${traceId}-${spanId}-03` },
    defaultTextMapGetter,
  )
  const carrier: Record<string, string> = {}
  traceContextPropagator.inject(context, carrier, defaultTextMapSetter)
  expect(carrier.traceparent).toBe(`00-${traceId}-${spanId}-03`)
})
