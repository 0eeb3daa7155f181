/**
 * NestJS adapter, on Express and on Fastify. Call it right after `NestFactory.create`, so that body parsing, CORS and
 * middleware are timed too.
 *
 *     const app = await NestFactory.create(AppModule)
 *     observeNest(app, obs)
 */
import type { INestApplication, NestInterceptor } from '@nestjs/common'
import type { Observable, Subscriber } from 'rxjs'
import { inboundOf } from './core/inbound.ts'
import { observeExpress } from './express.ts'
import { observeFastify } from './fastify.ts'
import type { Observe } from './types.ts'

/** Gives each exchange of the app the template of its route and its error, also one that an exception filter answered. */
export function observeNest(app: INestApplication, obs: Observe): void {
  const adapter = app.getHttpAdapter()
  const instance: unknown = adapter.getInstance()
  if (adapter.getType() === 'fastify') (instance as FastifyLike).register(observeFastify(obs))
  else (instance as ExpressLike).use(observeExpress(obs))
  app.useGlobalInterceptors(errorsOf(obs))
}

interface FastifyLike {
  register(plugin: ReturnType<typeof observeFastify>): unknown
}

interface ExpressLike {
  use(handler: ReturnType<typeof observeExpress>): unknown
}

/** Exception filters answer an error before the platform hears of it; an interceptor sees it first. */
function errorsOf(obs: Observe): NestInterceptor {
  const inbound = inboundOf(obs)
  return {
    intercept(_context, next) {
      const exchange = inbound.active()
      const answer = next.handle()
      if (exchange === undefined) return answer
      return answer.pipe((source: Observable<unknown>) => {
        // rxjs itself is the app's, so the new Observable is made by the class of the one at hand.
        const Source = source.constructor as new (
          subscribe: (to: Subscriber<unknown>) => unknown,
        ) => Observable<unknown>
        return new Source((to) =>
          source.subscribe({
            next: (value) => to.next(value),
            complete: () => to.complete(),
            error(error: unknown) {
              exchange.fail(error)
              to.error(error)
            },
          }),
        )
      })
    },
  }
}
