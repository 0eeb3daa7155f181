/** Each adapter, given to its framework in TypeScript. */

import { observe } from '@lab/observe'
import { observeExpress } from '@lab/observe/express'
import { observeFastify } from '@lab/observe/fastify'
import { observeHono } from '@lab/observe/hono'
import { observeKoa } from '@lab/observe/koa'
import { observeNest } from '@lab/observe/nest'
import { observeWeb } from '@lab/observe/web'
import type { INestApplication } from '@nestjs/common'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'

const obs = observe({ service: 'frameworks' })

express().use(observeExpress(obs))
fastify().register(observeFastify(obs))
new Hono().use(observeHono(obs))
new Koa().use(observeKoa(obs))
export const fetch: (request: Request) => Promise<Response> = observeWeb(obs, () => new Response('hello'))
export const nest = (app: INestApplication): void => observeNest(app, obs)
