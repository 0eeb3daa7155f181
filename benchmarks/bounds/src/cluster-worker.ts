/** A worker with a given number of series. Messages: start to watch the event loop; stop, and report its longest turn. */
import { observe } from '@lab/observe'
import { fill, scraped } from './series.ts'
import { watchLoop } from './watch.ts'

const series = Number(process.argv[2])
fill(observe(scraped(series)), series)
let watch = watchLoop()
process.on('message', (what: 'watch' | 'stop') => {
  const longest = watch.longest()
  if (what === 'watch') watch = watchLoop()
  process.send?.(longest)
})
watch.longest()
process.send?.('full')
