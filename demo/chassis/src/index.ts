/**
 * The chassis of the shop's services: what each of them does the same way, whatever its framework. What makes them
 * observable is not here but in `@lab/observe`.
 */

export { isAdminPath, type NotificationReceiver } from './admin.ts'
export { databaseUrl, listening, readEnvironment, serviceUrl } from './environment.ts'
export { every } from './every.ts'
export { type Effects, Faults } from './faults.ts'
export { type Answer, type HttpCall, HttpClient, type NoAnswer } from './http-client.ts'
export { answerMalformed } from './malformed.ts'
export { plainError } from './plain-error.ts'
export { methodNotAllowed, Problem, problemOf } from './problem.ts'
export { runProgram } from './program.ts'
export { PURGE_SECONDS, purge } from './purge.ts'
export { watchDatabase } from './reached.ts'
export { type ServeOptions, serve } from './serve.ts'
export { text } from './text.ts'
export { traceIdOf } from './trace-id.ts'
