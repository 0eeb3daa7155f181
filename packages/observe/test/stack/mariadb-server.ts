/** Debian's MariaDB, with a user `shop` whose password is `shop`, and a database of that name. */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import mysql from 'mysql2/promise'
import { type Server, startServer } from './server.ts'

/** Root has to say that it means it. */
const AS_ROOT = userInfo().uid === 0 ? ['--user=root'] : []

export function startMariadb(): Promise<Server & { socket: string }> {
  let socket = ''
  const server = startServer({
    program: '/usr/sbin/mariadbd',
    origin: 'apt-get install mariadb-server-core mariadb-client-core',
    async prepare(folder) {
      socket = join(folder, 'socket')
      const args = [
        '--no-defaults',
        ...AS_ROOT,
        `--datadir=${join(folder, 'data')}`,
        '--auth-root-authentication-method=normal',
      ]
      await promisify(execFile)('/usr/bin/mariadb-install-db', [...args, '--skip-test-db', '--skip-name-resolve'])
      await writeFile(
        join(folder, 'init.sql'),
        "create database shop;\ncreate user shop@'%' identified by 'shop';\ngrant all on *.* to shop@'%';\n",
      )
    },
    args: (folder, port) => [
      '--no-defaults',
      ...AS_ROOT,
      `--datadir=${join(folder, 'data')}`,
      `--socket=${join(folder, 'socket')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--pid-file=${join(folder, 'pid')}`,
      `--init-file=${join(folder, 'init.sql')}`,
      '--skip-name-resolve',
      '--innodb-flush-log-at-trx-commit=0',
    ],
    async ping(port) {
      const connection = await mysql.createConnection({ host: '127.0.0.1', port, user: 'shop', password: 'shop' })
      await connection.end()
    },
  })
  return server.then((started) => ({ ...started, socket }))
}
