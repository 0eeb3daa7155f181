/** The frameworks whose apps are measured, each in ./server/apps. */
export const frameworks = [
  { name: 'http', title: 'node:http' },
  { name: 'express', title: 'Express 5' },
  { name: 'fastify', title: 'Fastify 5' },
  { name: 'koa', title: 'Koa 3' },
  { name: 'hono', title: 'Hono' },
  { name: 'nest', title: 'NestJS' },
]
