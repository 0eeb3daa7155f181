/** What is measured, each an app in ./server/apps: every framework with an empty handler, and the work that a real request does. */
export interface App {
  name: string
  title: string
  /** Whether its handler asks a database or another service, or tells what it does. */
  works: boolean
  /** Lines that the handler writes, besides one for the request. */
  lines: number
  /** Spans that the handler is good for, besides that of the request. */
  spans: number
}

const empty = { works: false, lines: 0, spans: 0 }
const working = { works: true, lines: 0, spans: 0 }

export const frameworks: App[] = [
  { ...empty, name: 'http', title: 'node:http' },
  { ...empty, name: 'express', title: 'Express 5' },
  { ...empty, name: 'fastify', title: 'Fastify 5' },
  { ...empty, name: 'koa', title: 'Koa 3' },
  { ...empty, name: 'hono', title: 'Hono' },
  { ...empty, name: 'nest', title: 'NestJS' },
]

export const works: App[] = [
  { ...working, name: 'query', title: 'Fastify, one query with pg', spans: 1 },
  { ...working, name: 'call', title: 'Fastify, one fetch', spans: 1 },
  { ...working, name: 'request', title: 'Fastify, one request by node:http', spans: 1 },
  { ...working, name: 'logs', title: 'Fastify, three log lines', lines: 3 },
  {
    ...working,
    name: 'real',
    title: 'Fastify, a query, a fetch, three lines, a counter and a span',
    lines: 3,
    spans: 3,
  },
]

export const apps = [...frameworks, ...works]

/** Throws for a name that no app has. */
export function appNamed(name: string): App {
  const app = apps.find((each) => each.name === name)
  if (app === undefined)
    throw new Error(`There is no app "${name}". Choose among ${apps.map(({ name }) => name).join(', ')}.`)
  return app
}
