/**
 * A standard output that is replaced, as pm2's cluster mode, captures and worker threads do it: lines go to what replaced it.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const entry = new URL('../src/index.ts', import.meta.url).href
const FLAGS = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', '--input-type=module', '-e']

function run(program: string): { replaced: string } {
  const output = execFileSync(process.execPath, [...FLAGS, program], {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  })
  return JSON.parse(output)
}

test('by another write function', () => {
  const { replaced } = run(`
    const { createObserve } = await import('${entry}')
    const obs = createObserve({ service: 'replaced', admin: false, traces: false })
    const write = process.stdout.write
    let replaced = ''
    process.stdout.write = (text) => { replaced += text; return true }
    obs.log.info('a line')
    await obs.shutdown()
    process.stdout.write = write
    console.log(JSON.stringify({ replaced }))
  `)
  expect(JSON.parse(replaced)).toMatchObject({ service: 'replaced', msg: 'a line' })
})

test('in a worker whose standard output its parent reads', () => {
  const { replaced } = run(`
    import { Worker } from 'node:worker_threads'
    const code = \`import('${entry}').then(({ createObserve }) => {
      createObserve({ service: 'replaced', admin: false, traces: false }).log.info('a line')
    })\`
    const worker = new Worker(code, { eval: true, stdout: true })
    let replaced = ''
    worker.stdout.on('data', (text) => { replaced += text })
    worker.on('exit', () => setImmediate(() => console.log(JSON.stringify({ replaced }))))
  `)
  expect(JSON.parse(replaced)).toMatchObject({ service: 'replaced', msg: 'a line' })
})
