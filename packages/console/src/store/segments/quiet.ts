/**
 * Node 22 warns on every start that `node:sqlite` is experimental, which a user of the console can do nothing about. All
 * other warnings are printed as ever.
 */

process.removeAllListeners('warning')
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning' || !warning.message.includes('SQLite'))
    process.stderr.write(`${warning.stack}\n`)
})
