/**
 * Observes this process from the environment alone: `node --import @lab/observe/auto app.js`, or an import of it
 * anywhere in the program. A worker thread gets the option `--import` too; it opens no port, since its process has one.
 */
import { isMainThread } from 'node:worker_threads'
import { observe } from './index.ts'

/** The instance, for metrics and spans of your own. */
export const obs = observe(isMainThread ? {} : { admin: false })
