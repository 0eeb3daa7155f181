/**
 * A copy of this repository to release from: the tracked files as they are now, committed, with packages installed from the
 * store of this machine. Versions and changelogs are written there and never here.
 */

import { execa } from 'execa'

export async function copyRepository(root: string, folder: string): Promise<void> {
  const git = (...args: string[]) => execa('git', ['-C', folder, ...args])
  const { stdout: changed } = await execa('git', ['-C', root, 'stash', 'create'])
  await execa('git', ['clone', '--quiet', '--shared', '--no-checkout', root, folder])
  await git(
    'checkout',
    '--quiet',
    '-B',
    'main',
    changed || (await execa('git', ['-C', root, 'rev-parse', 'HEAD'])).stdout,
  )
  await git('config', 'user.name', 'Release rehearsal')
  await git('config', 'user.email', 'rehearsal@localhost')
}
