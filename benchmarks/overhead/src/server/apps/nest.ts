/** NestJS on its default platform, Express. */
import 'reflect-metadata'
import type { Server } from 'node:http'
import { Controller, Get, Module, Param } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import type { Request, Response } from 'express'
import { TEMPLATE, type Tools, user } from './app.ts'

class UsersController {
  find(id: string): ReturnType<typeof user> {
    return user(id)
  }
}

class UsersModule {}

// Decorators, applied as TypeScript compiles them: this file runs without a compiler that knows them.
const find = Object.getOwnPropertyDescriptor(UsersController.prototype, 'find')
if (find !== undefined) Get(TEMPLATE)(UsersController.prototype, 'find', find)
Param('id')(UsersController.prototype, 'find', 0)
Controller()(UsersController)
Module({ controllers: [UsersController] })(UsersModule)

export async function startNest({ middleware, obs }: Tools): Promise<Server> {
  const app = await NestFactory.create<NestExpressApplication>(UsersModule, { logger: ['error', 'fatal'] })
  if (obs !== undefined) (await import('@lab/observe/nest')).observeNest(app, obs)
  if (middleware !== undefined) {
    app.use(function observed(request: Request, response: Response, next: () => void) {
      middleware(request, response, () => request.route?.path)
      next()
    })
  }
  await app.listen(0, '127.0.0.1')
  return app.getHttpServer()
}
