/**
 * A cluster of two workers with 100,000 series each, driven by cluster-many.test.ts through the primary process: GET /record/2
 * has worker 2 record a value in each of its histograms, GET /few/2 in some of them; GET /SIGTERM/2, /exit/2 and /shutdown/2 end
 * it, GET /doom/2 has it record and kills it in the middle of its next report; GET /watch and /longest are for all processes.
 */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { observe } from '../../src/index.ts'

const HISTOGRAMS = 7000
/** More than the channel takes at once. */
/** As many as the channel takes at once in the `exit` event, whether or not the primary process reads meanwhile. */
const FEW = 300
const obs = observe({ service: 'cluster', metrics: { maxSeries: HISTOGRAMS }, traces: false })
const work = obs.histogram('work', { unit: 's' })
let longest = longestTurn()

/** Does what its messages say; a request for the longest turn since the start of the watch is answered in milliseconds. */
async function obey(what: string): Promise<number> {
  if (what === 'watch') longest = longestTurn()
  if (['record', 'few', 'doom'].includes(what)) {
    const histograms = what === 'few' ? FEW : HISTOGRAMS
    for (let index = 0; index < histograms; index += 1) work.record((index % 17) / 3, { route: `/things/${index}/:id` })
  }
  if (what === 'exit') process.exit()
  if (what === 'shutdown') {
    await obs.shutdown()
    process.exit()
  }
  return what === 'longest' ? longest() : 0
}

/**
 * The longest work in one turn of the event loop, as milliseconds of the processor's time: what other processes take meanwhile
 * is not counted.
 */
function longestTurn(): () => number {
  // Node.js 22 knows the time of the whole process alone, which has that of the threads that collect garbage in it.
  const { threadCpuUsage = process.cpuUsage } = process
  const usedMs = (): number => {
    const { user, system } = threadCpuUsage()
    return (user + system) / 1000
  }
  let last = usedMs()
  let longest = 0
  let isWatching = true
  const check = (): void => {
    const now = usedMs()
    longest = Math.max(longest, now - last)
    last = now
    if (isWatching) setImmediate(check)
  }
  setImmediate(check)
  return () => {
    isWatching = false
    return longest
  }
}

/** The worker that is killed in the middle of its next report. */
let doomed: string | undefined

if (cluster.isPrimary) {
  cluster.on('exit', ({ id }) => process.stderr.write(`worker ${id} ended\n`))
  const workers = Array.from({ length: 2 }, () => cluster.fork())
  for (const worker of workers) {
    worker.process.on('internalMessage', ({ message }) => {
      if (message?.kind !== 'points') return
      process.stderr.write(`worker ${worker.id} sent part ${message.part}\n`)
      if (doomed === String(worker.id) && message.part === 10) worker.process.kill('SIGKILL')
    })
  }
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  const server = createServer(async (request, response) => {
    const [, what = '', number] = (request.url ?? '').split('/')
    const targets = workers.filter(({ id }) => number === undefined || number === String(id))
    const answers = await Promise.all([obey(number === undefined ? what : ''), ...targets.map(sendAll(what))])
    if (what === 'doom') doomed = number
    response.end(JSON.stringify(answers))
  })
  server.listen(Number(process.env.SERVICE_PORT), '127.0.0.1', () => process.stderr.write('ready\n'))
} else {
  process.on('message', async (what) => process.send?.(await obey(String(what))))
  process.send?.(process.pid)
}

function sendAll(what: string) {
  return async (worker: Worker): Promise<number> => {
    if (what === 'SIGTERM') worker.process.kill(what)
    else worker.send(what)
    if (!['SIGTERM', 'exit', 'shutdown'].includes(what)) return (await once(worker, 'message'))[0]
    await once(worker, 'exit')
    return 0
  }
}
