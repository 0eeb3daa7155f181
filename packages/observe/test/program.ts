/**
 * A program of a user's in a process of its own: what it prints, and waiting for it.
 */
import { spawn } from 'node:child_process'

export interface Program {
  /** The JSON lines that it printed. */
  lines(): Record<string, unknown>[]
  /** All that it printed. */
  output(): string
  /** Waits until it has printed `text`; rejects with all that it printed where it ends before. */
  printed(text: string): Promise<void>
  /** Sends a signal, SIGKILL by default. */
  kill(signal?: NodeJS.Signals): void
  /** Settles when it has ended and all that it printed was read. */
  ended: Promise<Ending>
}

export interface Ending {
  code: number | null
  signal: NodeJS.Signals | null
}

/** Starts the Node.js that the tests run on, in `folder`. */
export function startProgram(folder: string, args: string[], env: Record<string, string>): Program {
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...env } })
  let output = ''
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const check of waiting) check()
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      wake()
    })
  }
  let closed = false
  child.on('close', () => {
    closed = true
    wake()
  })
  const ended = new Promise<Ending>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  return {
    ended,
    output: () => output,
    lines: () => output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : [])),
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (output.includes(text)) resolve()
          else if (closed) reject(new Error(`${args.join(' ')} ended without "${text}":\n${output}`))
          else return
          waiting.delete(look)
        }
        waiting.add(look)
        look()
      }),
    kill: (signal = 'SIGKILL') => void child.kill(signal),
  }
}
