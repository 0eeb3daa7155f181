/**
 * Observes this process from the environment alone: `node --import @lab/observe/auto app.js`, or an import of it
 * anywhere in the program. It begins when the process listens, connects or records, so that a build tool or a package manager that
 * gets the option by `NODE_OPTIONS` takes no port and prints nothing. A worker thread gets the option `--import` too; it opens no
 * port, since its process has one.
 */
import { isMainThread } from 'node:worker_threads'
import { AUTO, install, installedByAuto, joinedOptions, uninstall } from './service/globals.ts'
import { ObserveInstance } from './service/observe-instance.ts'
import { reachModules } from './service/reach.ts'
import { isLauncher } from './settings/launchers.ts'
import type { Observe } from './types.ts'

/** The instance, for metrics and spans of your own. */
export const obs: Observe = start()

function start(): Observe {
  if (isLauncher(process.argv[1])) {
    return new ObserveInstance({ admin: false, traces: false, metrics: false, log: { level: 'silent' } })
  }
  const first = installedByAuto()
  if (first !== undefined) return first
  const options = isMainThread ? {} : { admin: false as const }
  const joined = joinedOptions(options)
  const instance = new ObserveInstance(joined, { whenUsed: true })
  install(instance, AUTO, joined !== options)
  instance.start(() => uninstall(instance))
  reachModules()
  return instance
}
