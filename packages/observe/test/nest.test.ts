/**
 * The contract on NestJS 12, on Express and on Fastify, with an exception filter that answers every error; and where
 * errors hide in NestJS: guards, pipes, middleware, filters of one controller.
 */
import 'reflect-metadata'
import { closed } from '@lab/test-kit/server'
import {
  type ArgumentsHost,
  Body,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  HttpException,
  type INestApplication,
  Module,
  Param,
  ParseIntPipe,
  Post,
  Req,
  Res,
  StreamableFile,
  UseFilters,
  UseGuards,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { describe, expect, test } from 'vitest'
import { observeNest } from '../src/nest.ts'
import { createTestObserve } from '../src/testing.ts'
import type { Observe } from '../src/types.ts'
import { describeAdapter } from './contract/contract.ts'
import { Refused, type Route } from './contract/routes.ts'
import type { Driver } from './contract/stage.ts'
import { Reader } from './observed.ts'
import { sendRequest } from './raw-client.ts'

const PLATFORMS: [string, () => ExpressAdapter | FastifyAdapter, Driver['withoutAdapter']][] = [
  // Without the adapter NestJS itself takes the errors before they reach its platform.
  ['NestJS on Express', () => new ExpressAdapter(), { routes: true, errors: false }],
  ['NestJS on Fastify', () => new FastifyAdapter(), { routes: true, errors: false }],
]

/** What a handler needs of a response on either platform. */
interface Answer {
  status(code: number): unknown
}

for (const [name, platform, withoutAdapter] of PLATFORMS) {
  describeAdapter({
    name,
    node: true,
    withoutAdapter,
    async start(routes, adapter) {
      const app = await create(platform(), routes.map(controllerOf), adapter)
      app.useGlobalFilters(new AnswerErrors())
      if (platform() instanceof FastifyAdapter) acceptBytes(app)
      await app.listen(0, '127.0.0.1')
      const server = app.getHttpServer()
      return { url: (await app.getUrl()).replace('[::1]', '127.0.0.1'), server, close: () => closed(server) }
    },
  })
}

async function create(
  platform: ExpressAdapter | FastifyAdapter,
  controllers: (new () => object)[],
  obs: Observe | undefined,
): Promise<INestApplication> {
  class AppModule {}
  Module({ controllers })(AppModule)
  const app = await NestFactory.create(AppModule, platform, { logger: false })
  if (obs) observeNest(app, obs)
  return app
}

/** Decorators are functions, so a controller for each route of the contract can be made at run time. */
function controllerOf({ method, mount, path, handle }: Route): new () => object {
  class RouteController {
    run(params: Record<string, string>, body: unknown, request: { raw?: never }, response: Answer): unknown {
      const result = handle({ params, json: () => body, request: request.raw ?? (request as never) })
      const answer = ({ status = 200, json, stream }: Awaited<typeof result>): unknown => {
        response.status(status)
        return stream ? new StreamableFile(stream) : json
      }
      return result instanceof Promise ? result.then(answer) : answer(result)
    }
  }
  const { prototype } = RouteController
  const decorate = method === 'get' ? Get : Post
  const parameters = [Param(), Body(), Req(), Res({ passthrough: true })]
  for (const [index, parameter] of parameters.entries()) parameter(prototype, 'run', index)
  decorate(path)(prototype, 'run', Object.getOwnPropertyDescriptor(prototype, 'run') ?? {})
  Controller(mount)(RouteController)
  return RouteController
}

class AnswerErrors implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse()
    const status = error instanceof Refused || error instanceof HttpException ? statusOf(error) : 500
    const malformed = error instanceof Error && /JSON/.test(error.message)
    response.status(malformed ? 400 : status).send({ failed: true })
  }
}

Catch()(AnswerErrors)

function statusOf(error: Refused | HttpException): number {
  return error instanceof Refused ? error.status : error.getStatus()
}

function acceptBytes(app: INestApplication): void {
  const instance: { addContentTypeParser: (type: string, parse: unknown) => void } = app.getHttpAdapter().getInstance()
  const asIs = (_request: unknown, payload: unknown, done: (error: null, body: unknown) => void) => done(null, payload)
  instance.addContentTypeParser('application/octet-stream', asIs)
}

describe.each(PLATFORMS)('%s', (_, platform) => {
  test('errors of guards, pipes, middleware, and those that a filter of one method answers', async () => {
    const obs = createTestObserve()
    class Hidden {
      filtered(): never {
        throw new TypeError('in the handler')
      }
      failing(): never {
        throw new TypeError('again')
      }
      guarded(): string {
        return 'not reached'
      }
      piped(): string {
        return 'not reached'
      }
    }
    class Answers implements ExceptionFilter {
      catch(error: unknown, host: ArgumentsHost): void {
        obs.recordError(error)
        host.switchToHttp().getResponse().status(503).send({})
      }
    }
    Catch(TypeError)(Answers)
    const refuses: CanActivate = {
      canActivate() {
        throw new RangeError('in the guard')
      },
    }
    const { prototype } = Hidden
    const on = (name: 'filtered' | 'failing' | 'guarded' | 'piped', ...decorators: MethodDecorator[]) => {
      const descriptor = Object.getOwnPropertyDescriptor(prototype, name) ?? {}
      for (const decorate of [Get(`${name}/:id`), ...decorators]) decorate(prototype, name, descriptor)
    }
    on('filtered', UseFilters(Answers))
    on('guarded', UseGuards(refuses))
    on('failing')
    on('piped')
    Param('id', ParseIntPipe)(prototype, 'piped', 0)
    Controller('api')(Hidden)

    const app = await create(platform(), [Hidden], obs)
    app.setGlobalPrefix('/v1')
    app.use('/v1/api/middleware', () => {
      throw new RangeError('in the middleware')
    })
    await app.listen(0, '127.0.0.1')
    const url = await app.getUrl()
    const reader = new Reader(obs)
    const get = async (path: string) => {
      obs.reset()
      await sendRequest(url, { path })
      return (await reader.one()).line
    }
    const inHandler = {
      route: '/v1/api/filtered/:id',
      status: 503,
      err: { type: 'TypeError', message: 'in the handler' },
    }
    expect(await get('/v1/api/filtered/1')).toMatchObject(inHandler)
    const inMethod = { route: '/v1/api/failing/:id', status: 500, err: { type: 'TypeError', message: 'again' } }
    expect(await get('/v1/api/failing/1')).toMatchObject(inMethod)
    const inGuard = { route: '/v1/api/guarded/:id', status: 500, err: { type: 'RangeError', message: 'in the guard' } }
    expect(await get('/v1/api/guarded/1')).toMatchObject(inGuard)
    const inPipe = { route: '/v1/api/piped/:id', status: 400, err: { type: 'BadRequestException' } }
    expect(await get('/v1/api/piped/x')).toMatchObject(inPipe)
    expect(await get('/v1/api/middleware')).toMatchObject({ status: 500, err: { message: 'in the middleware' } })
    const nothing = await get('/v1/api/nothing')
    expect(nothing).toMatchObject({ status: 404 })
    expect(nothing.route).toBeUndefined()
    await app.close()
  })
})
