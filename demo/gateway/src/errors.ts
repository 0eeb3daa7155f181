/**
 * Turns whatever went wrong into one JSON shape. What the caller did wrong is in the response; for what went wrong
 * here or behind, the caller gets the trace id to ask with.
 */

import { type Problem, problemOf, traceIdOf } from '@demo/chassis'
import type { Observe } from '@lab/observe'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyServerOptions } from 'fastify'

/** Answers what a route threw. */
export function answerErrors(app: FastifyInstance, obs: Observe): void {
  app.setErrorHandler(function answerError(error: FastifyError, _request, reply) {
    return sendProblem(problemOf(error), reply, obs)
  })
}

/** Answers requests that Fastify refuses before any route or hook is asked, such as one for `/%`. */
export function answerFrameworkErrors(obs: Observe): NonNullable<FastifyServerOptions['frameworkErrors']> {
  return function answerFrameworkError(error, _request, reply) {
    const problem = problemOf(error)
    reply.raw.writeHead(problem.status, { 'content-type': 'application/json; charset=utf-8' })
    reply.raw.end(JSON.stringify(bodyOf(problem, obs)))
  }
}

export function sendProblem(problem: Problem, reply: FastifyReply, obs: Observe): FastifyReply {
  return reply.code(problem.status).headers(problem.headers).send(bodyOf(problem, obs))
}

function bodyOf(problem: Problem, obs: Observe) {
  const { error } = problem.toJSON()
  return { error: problem.status >= 500 ? { ...error, traceId: traceIdOf(obs.carrier()) } : error }
}
