/**
 * `pnpm release`: what release.yml runs apart from the publish itself, for a person and the gate.
 */

import { join } from 'node:path'
import { Command } from 'commander'
import { checkPacked, notesOf } from './packed.ts'
import { rehearse } from './rehearsal.ts'
import { writeRepository } from './repository.ts'

const root = join(import.meta.dirname, '../../..')
const program = new Command('pnpm release').description('Rehearse a release, and check what would be published.')

program
  .command('rehearse')
  .description('a first and a second release against a registry on this machine')
  .action(() => rehearse(root, (line) => console.log(line)))

program
  .command('check')
  .description('check the packed packages below a folder')
  .argument('<folder>')
  .action(async (folder: string) => {
    const faults = await checkPacked(folder)
    for (const fault of faults) console.error(fault)
    process.exitCode = faults.length > 0 ? 1 : 0
  })

program
  .command('notes')
  .description('print the notes of a version from a changelog')
  .argument('<changelog>')
  .argument('<version>')
  .action(async (changelog: string, version: string) => console.log(await notesOf(changelog, version)))

program
  .command('repository')
  .description('write the address of the source into each published package')
  .argument('<address>', 'such as https://github.com/OWNER/NAME')
  .action((address: string) => writeRepository(root, address))

await program.parseAsync().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
