/**
 * The frameworks, one row each. `pnpm --filter @lab/observe run generate` writes from it the tables of the README
 * and of docs/frameworks, the subpaths and peers of package.json, and the list of first versions; the tests of the packed
 * types, of the first versions and of the examples read it. How to add a row: .github/CONTRIBUTING.md.
 */

import type { Framework } from './framework.ts'

export const frameworks: readonly Framework[] = [
  {
    title: 'Express 4, 5',
    entry: 'express',
    line: 'app.use(observeExpress(obs))',
    place: 'before every other middleware',
    page: 'express.md',
    tests: ['express'],
    gives: { 'Express 5': 'always always always always', 'Express 4': 'always always always always' },
    first: { express4: 'npm:express@4.16.0', express: '5.0.0' },
    typed: {
      imports: ["import express from 'express'", "import { observeExpress } from '@lab/observe/express'"],
      use: 'express().use(observeExpress(obs))',
      packages: ['express', '@types/express'],
    },
  },
  {
    title: 'Fastify 4, 5',
    entry: 'fastify',
    line: 'app.register(observeFastify(obs))',
    place: 'before the routes',
    page: 'fastify.md',
    tests: ['fastify'],
    gives: { 'Fastify 5': 'always always always always', 'Fastify 4': 'always always always always' },
    first: { fastify4: 'npm:fastify@4.0.0', fastify: '5.0.0' },
    peers: ['fastify'],
    allowed: { fastify: '4.0.0' },
    typed: {
      imports: ["import { fastify } from 'fastify'", "import { observeFastify } from '@lab/observe/fastify'"],
      use: 'fastify().register(observeFastify(obs))',
      packages: ['fastify'],
    },
  },
  {
    title: 'Koa 3',
    entry: 'koa',
    line: 'app.use(observeKoa(obs))',
    place: 'first',
    page: 'koa.md',
    tests: ['koa'],
    gives: { 'Koa 3': 'adapter adapter always always' },
    first: { koa: '3.0.0' },
    typed: {
      imports: ["import Koa from 'koa'", "import { observeKoa } from '@lab/observe/koa'"],
      use: 'new Koa().use(observeKoa(obs))',
      packages: ['koa', '@types/koa'],
    },
  },
  {
    title: 'Hono 4',
    entry: 'hono',
    line: 'app.use(observeHono(obs))',
    place: 'first',
    page: 'hono.md',
    tests: ['hono'],
    gives: { 'Hono 4': 'adapter adapter always always' },
    first: { hono: '4.1.0' },
    peers: ['hono'],
    typed: {
      imports: ["import { Hono } from 'hono'", "import { observeHono } from '@lab/observe/hono'"],
      use: 'new Hono().use(observeHono(obs))',
    },
  },
  {
    title: 'NestJS, on Express or Fastify',
    entry: 'nest',
    line: 'observeNest(app, obs)',
    place: 'right after `NestFactory.create()`',
    page: 'nestjs.md',
    tests: ['nest'],
    gives: { 'NestJS on Express': 'always adapter always always', 'NestJS on Fastify': 'always adapter always always' },
    first: {
      '@nestjs/common': '9.0.0',
      '@nestjs/core': '9.0.0',
      '@nestjs/platform-express': '9.0.0',
      '@nestjs/platform-fastify': '9.0.0',
    },
    peers: ['@nestjs/common'],
    // NestJS 8 has Fastify 3; on Express it is as the later ones.
    allowed: { '@nestjs/common': '8.4.0' },
    typed: {
      imports: [
        "import type { INestApplication } from '@nestjs/common'",
        "import { observeNest } from '@lab/observe/nest'",
      ],
      use: 'export const nest = (app: INestApplication): void => observeNest(app, obs)',
      packages: ['rxjs'],
    },
  },
  {
    title: '`(Request) => Response`',
    entry: 'web',
    line: 'observeWeb(obs, handler, { route })',
    place: 'around the handler',
    page: 'web.md',
    tests: ['web', 'srvx'],
    gives: { 'fetch-style handler': 'adapter adapter always always', srvx: 'adapter always always always' },
    typed: {
      imports: ["import { observeWeb } from '@lab/observe/web'"],
      use: "export const fetch: (request: Request) => Promise<Response> = observeWeb(obs, () => new Response('hello'))",
    },
  },
  {
    title: 'node:http, https, http2',
    entry: 'http',
    line: 'createServer(observeHttp(obs, handler, { route }))',
    place: 'around the handler',
    page: 'node-http.md',
    tests: ['http'],
    gives: {
      'node:http': 'adapter adapter always always',
      'node:https': 'adapter adapter always always',
      'node:http2': 'adapter adapter always always',
      'node:http2, h2c': 'adapter adapter always always',
    },
  },
  {
    title: 'h3 2',
    instead: 'none, it publishes its routes',
    page: 'h3.md',
    tests: ['h3'],
    gives: { 'h3 2': 'always always always always' },
  },
  {
    title: 'hapi',
    instead: 'none of its own, one line',
    page: 'hapi.md',
    tests: ['hapi'],
    gives: { hapi: 'no no always always' },
    exampleRoutes: { 'hapi.mjs': '/users/{id}' },
  },
  {
    title: 'Polka, and any router with `(request, response)` handlers',
    instead: 'none of its own, one line',
    page: 'polka.md',
    tests: ['polka'],
    gives: { Polka: 'no no always always' },
  },
]
