/**
 * One command at a time changes what runs. This is what the CLI says of that lock; @ops/tools holds it.
 */

import { LockError, withLock as whenFree, withFreeLock as whereFree } from '@ops/tools/lock'
import { Failure } from '../terminal/failure.ts'
import { printError } from '../terminal/output.ts'

/** Runs `work` while holding the lock of `home`, after waiting for the process that holds it, or until `signal` aborts. */
export function withLock<T>(home: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const onWait = () => printError('Another `pnpm demo` command is at work here; waiting for it to finish.')
  return whenFree(home, { signal, onWait }, work).catch(failWithAdvice)
}

/** The same where the lock is free; otherwise leaves the work undone. */
export function withFreeLock(home: string, work: () => Promise<void>): Promise<void> {
  return whereFree(home, work).catch(failWithAdvice)
}

function failWithAdvice(error: unknown): never {
  throw error instanceof LockError ? new Failure(error.message, { cause: error }) : error
}
