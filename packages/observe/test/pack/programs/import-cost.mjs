/** Imports what its arguments name, and prints what that took: files, bytes of source and milliseconds of CPU. */

import { registerHooks } from 'node:module'

let files = 0
let bytes = 0
if (process.env.COUNT) {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      if (url.startsWith('file:')) {
        files += 1
        bytes += loaded.source?.length ?? 0
      }
      return loaded
    },
  })
}
const begin = process.cpuUsage()
for (const name of process.argv.slice(2)) await import(name)
const { user, system } = process.cpuUsage(begin)
process.stdout.write(JSON.stringify({ files, bytes, cpuMs: (user + system) / 1000 }))
