/**
 * The password of PostgreSQL, made once and handed to the containers as files, since what is in the environment of a
 * container is shown by `docker inspect`. Only the owner may enter the folder; the files themselves are readable for all,
 * since in the containers they belong to a user that this machine does not have.
 */

import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Makes what is missing in the folder `compose` of the demo's home; what is there stays as it is. */
export async function makeSecrets(folder: string): Promise<void> {
  const secrets = join(folder, 'secrets')
  await mkdir(secrets, { recursive: true, mode: 0o700 })
  const password = join(secrets, 'postgres-password')
  await writeOnce(password, randomBytes(24).toString('base64url'))
  await writeOnce(
    join(secrets, 'database-url'),
    `postgres://shop:${await readFile(password, 'utf8')}@postgres:5432/shop`,
  )
}

async function writeOnce(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o444, flag: 'wx' }).catch((error) => {
    if (error.code !== 'EEXIST') throw error
  })
}
