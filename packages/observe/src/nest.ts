/**
 * NestJS adapter, on Express and on Fastify. Call it right after `NestFactory.create`, so that body parsing, CORS and
 * middleware are timed too.
 *
 * An error that an exception filter of a single controller or method answers is seen by that filter alone: call
 * `obs.recordError(error)` there.
 */
import { type ArgumentsHost, Catch, type ExceptionFilter, type INestApplication } from '@nestjs/common'
import { observeExpress } from './express.ts'
import { observeFastify } from './fastify.ts'
import { type NestLogger, nestLoggerOf } from './logs/nest-log.ts'
import { inboundOf } from './server/inbound.ts'
import type { Observe } from './types.ts'

/**
 * Gives each exchange of the app the template of its route and its error, also one that a global filter answers.
 *
 * @throws TypeError when `obs` is not what observe() or createObserve() returned
 * @example
 *     const app = await NestFactory.create(AppModule)
 *     observeNest(app, obs)
 */
export function observeNest(app: INestApplication, obs: Observe): void {
  const adapter = app.getHttpAdapter()
  const platform: ExpressLike & FastifyLike = adapter.getInstance()
  if (adapter.getType() === 'fastify') platform.register(observeFastify(obs))
  else platform.use(observeExpress(obs))
  captureHandled(app, obs)
}

export type { NestLogger }

/**
 * NestJS's own lines through `obs.log`.
 *
 * @example
 *     const app = await NestFactory.create(AppModule, { logger: nestLogger(obs) })
 */
export function nestLogger(obs: Observe): NestLogger {
  return nestLoggerOf(obs.log)
}

interface FastifyLike {
  register(plugin: ReturnType<typeof observeFastify>): unknown
}

interface ExpressLike {
  use(handler: ReturnType<typeof observeExpress>): unknown
}

/**
 * NestJS asks the filters, the last global one first, whether they catch an error; this one looks at it and never does.
 * An interceptor would see as much, but the first one of an app costs each request more than all the rest of the adapter.
 */
function captureHandled(app: INestApplication, obs: Observe): void {
  const inbound = inboundOf(obs)
  const captureExceptions = (error: unknown): boolean => {
    inbound.active()?.fail(error)
    return false
  }
  class Anything {}
  Object.defineProperty(Anything, Symbol.hasInstance, { value: captureExceptions })
  class CaptureExceptions implements ExceptionFilter {
    catch(error: unknown, _host: ArgumentsHost): void {
      throw error
    }
  }
  Catch(Anything)(CaptureExceptions)
  const last = new CaptureExceptions()
  app.useGlobalFilters(last)
  // As a subclass would have it, so that this filter stays the last one whatever filters the app adds.
  const { useGlobalFilters }: INestApplication = Object.getPrototypeOf(app)
  Object.defineProperty(app, 'useGlobalFilters', {
    configurable: true,
    value(this: INestApplication, ...filters: ExceptionFilter[]) {
      return useGlobalFilters.call(this, ...filters, last)
    },
  })
}
