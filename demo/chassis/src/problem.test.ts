/**
 * The body of an error response: from a Problem, from zod, from a framework, from anything else.
 */
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Problem, problemOf } from './problem.ts'

test('a Problem says what is in it, and when to try again', () => {
  const problem = new Problem(503, 'down', 'It is down.', { details: { what: 'it' }, retryAfterSeconds: 1.2 })
  expect(problemOf(problem)).toBe(problem)
  expect(JSON.parse(JSON.stringify(problem))).toEqual({
    error: { code: 'down', message: 'It is down.', details: { what: 'it' } },
  })
  expect(problem.headers).toEqual({ 'retry-after': '2' })
})

test('what zod refuses is reported by path', () => {
  const schema = z.object({ items: z.array(z.object({ quantity: z.int('expected a whole number') })) })
  const { error } = schema.safeParse({ items: [{ quantity: 1 }, { quantity: 1.5 }] })
  const problem = problemOf(error)
  expect(problem).toMatchObject({ status: 400, message: 'items.1.quantity: expected a whole number' })
  expect(problem.details).toEqual({ issues: [{ path: 'items.1.quantity', message: 'expected a whole number' }] })
})

test('what a framework refuses keeps its status, and anything else gives nothing away', () => {
  expect(problemOf(Object.assign(new Error('too long'), { status: 413 }))).toMatchObject({
    status: 413,
    code: 'too_large',
  })
  expect(problemOf(new SyntaxError('no JSON'))).toMatchObject({ status: 400, code: 'bad_request', message: 'no JSON' })
  const secret = new Error('password is 1234')
  const problem = problemOf(secret)
  expect(problem).toMatchObject({ status: 500, code: 'internal', cause: secret })
  expect(JSON.stringify(problem)).not.toContain('1234')
})
