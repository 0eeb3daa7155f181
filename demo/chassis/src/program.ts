/**
 * A service's command line: without an argument it serves, with `migrate` it migrates its database and exits. What
 * stands in the way of a start is reported in one plain message.
 */

import { SettingsError } from './environment.ts'

interface Program {
  serve: () => Promise<void>
  /** Left out by a service without a database. */
  migrate?: () => Promise<void>
}

export async function runProgram({ serve, migrate }: Program): Promise<void> {
  const [command, ...rest] = process.argv.slice(2)
  try {
    if (command === undefined) await serve()
    else if (command === 'migrate' && migrate && rest.length === 0) await migrate()
    else throw new SettingsError(usage(process.argv.slice(2), migrate !== undefined))
  } catch (error) {
    console.error(error instanceof SettingsError ? error.message : error)
    process.exit(1)
  }
}

function usage(given: string[], canMigrate: boolean): string {
  const known = canMigrate ? 'Without an argument it serves; "migrate" migrates the database.' : 'It takes no argument.'
  return `Cannot do "${given.join(' ')}". ${known}`
}
