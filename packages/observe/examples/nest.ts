/** A service on NestJS, on either platform: compile it as every Nest app, then `curl localhost:3000/users/7`. */
import 'reflect-metadata'
import { observe } from '@lab/observe'
import { observeNest } from '@lab/observe/nest'
import { Controller, Get, Module, Param } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'

@Controller('users')
class UsersController {
  @Get(':id')
  find(@Param('id') id: string): { id: string } {
    return { id }
  }
}

@Module({ controllers: [UsersController] })
class AppModule {}

const obs = observe({ service: 'users' })
const app = await NestFactory.create(AppModule, { logger: false })
observeNest(app, obs) // right after create()

const port = process.env.PORT ?? 3000
await app.listen(port)
obs.log.info(`listening on port ${port}`)
