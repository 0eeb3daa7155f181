/**
 * The contract on NestJS 12, on Express and on Fastify, with an exception filter that answers every error; and where
 * errors hide in NestJS: guards, pipes, middleware, filters of one controller.
 */
import 'reflect-metadata'
import {
  type ArgumentsHost,
  Body,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  HttpException,
  type INestApplication,
  Module,
  Param,
  Post,
  Req,
  Res,
  StreamableFile,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { observeNest } from '../src/nest.ts'
import type { Observe } from '../src/types.ts'
import { closed, type Driver, describeAdapter } from './adapter-contract.ts'
import { Refused, type Route } from './contract-routes.ts'

const PLATFORMS: [string, () => ExpressAdapter | FastifyAdapter, Driver['withoutAdapter']][] = [
  // Without the adapter NestJS itself takes the errors before its platform hears of them.
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
