/**
 * The password of PostgreSQL, made once and handed to the containers as files, since what is in the environment of a
 * container is shown by `docker inspect`. Only the owner may enter the folder; the files themselves are readable for all,
 * since in the containers they belong to a user that this machine does not have.
 */

import { randomBytes } from 'node:crypto'
import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../terminal/failure.ts'
import { docker } from './docker.ts'
import type { Model } from './project.ts'

/**
 * Makes what is missing in the folder `compose` of the demo's home; what is there stays as it is. Throws when there is a
 * database already and its password is lost.
 */
export async function makeSecrets(folder: string, { volumes }: Model): Promise<void> {
  const secrets = join(folder, 'secrets')
  const password = join(secrets, 'postgres-password')
  const isThere = await access(password).then(
    () => true,
    () => false,
  )
  if (!isThere) await requireNoDatabase(password, volumes.postgres?.name ?? '')
  await mkdir(secrets, { recursive: true, mode: 0o700 })
  await writeOnce(password, randomBytes(24).toString('base64url'))
  await writeOnce(
    join(secrets, 'database-url'),
    `postgres://shop:${await readFile(password, 'utf8')}@postgres:5432/shop`,
  )
}

async function requireNoDatabase(password: string, volume: string): Promise<void> {
  const { exitCode } = await docker(['volume', 'inspect', volume])
  if (exitCode !== 0) return
  throw new Failure(
    `The database in the volume ${volume} was made with a password that is lost: ${password} is not there. Put that file ` +
      'back, or delete the database with `pnpm demo down --reset postgres`, then run `pnpm demo up` again.',
  )
}

async function writeOnce(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o444, flag: 'wx' }).catch((error) => {
    if (error.code !== 'EEXIST') throw error
  })
}
