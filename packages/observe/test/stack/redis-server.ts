/** Debian's Redis, in memory alone. */
import { answers, type Server, startServer } from './server.ts'

export function startRedis(): Promise<Server> {
  return startServer({
    // The same program by another name; the package `redis-server` adds no more than a service of the machine.
    program: '/usr/bin/redis-check-rdb',
    name: 'redis-server',
    origin: 'apt-get install redis-tools',
    args: (folder, port) => [
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'no',
    ],
    ping: answers,
  })
}
