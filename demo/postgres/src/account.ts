/**
 * Who runs the server. PostgreSQL refuses to run as root, so root hands it to the unprivileged account `postgres` where
 * there is one, else to `nobody`; no account is added to the machine. An ordinary user runs it as themselves.
 */

import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface Account {
  name: string
  uid: number
  gid: number
}

/** A command and its arguments, ready to spawn. */
export interface Command {
  file: string
  args: string[]
  owner?: { uid: number; gid: number }
}

/** The account to hand the server to, or undefined for the current user. */
export async function serverAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const accounts = parseAccounts(await readFile('/etc/passwd', 'utf8'))
  const account = accounts.get('postgres') ?? accounts.get('nobody')
  if (account) return account
  throw new Error(
    'PostgreSQL refuses to run as root, and /etc/passwd has neither `postgres` nor `nobody` to run it as. Add one with "useradd --system postgres", or run this as an ordinary user.',
  )
}

function parseAccounts(passwd: string): Map<string, Account> {
  const accounts = new Map<string, Account>()
  for (const line of passwd.split('\n')) {
    const [name, , uid, gid] = line.split(':')
    if (name && uid && gid) accounts.set(name, { name, uid: Number(uid), gid: Number(gid) })
  }
  return accounts
}

/**
 * Runs `file` as `account`. Where the account may not enter one of the folders on the way to `paths` (a clone in /root,
 * or in the 0700 folder that `mktemp -d` makes), it keeps root's right to pass, and only that right.
 */
export async function runAs(
  account: Account | undefined,
  file: string,
  args: string[],
  paths: string[],
): Promise<Command> {
  if (!account) return { file, args }
  const { uid, gid } = account
  const reachable = await Promise.all(paths.map((path) => mayReach(account, path)))
  if (process.platform !== 'linux' || reachable.every(Boolean)) return { file, args, owner: { uid, gid } }
  const right = '+dac_override'
  const drop = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', `--inh-caps=${right}`, `--ambient-caps=${right}`]
  // Without this access(2) leaves the right out of account, by which initdb and pg_ctl look for the programs next to them.
  const keepForAccess = '--securebits=+no_setuid_fixup'
  return { file: 'setpriv', args: [...drop, keepForAccess, '--', file, ...args] }
}

async function mayReach(account: Account, path: string): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (!mayEnter(account, await stat(folder))) return false
    if (folder === dirname(folder)) return true
  }
}

function mayEnter(account: Account, { mode, uid, gid }: Stats): boolean {
  if (uid === account.uid) return (mode & 0o100) !== 0
  if (gid === account.gid) return (mode & 0o010) !== 0
  return (mode & 0o001) !== 0
}
