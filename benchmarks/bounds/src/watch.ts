/**
 * The longest turn of the event loop, while which nothing else could run in a process: how long a callback that is always due
 * had to wait, and how much of that its own thread had the processor.
 */
export interface Turn {
  wallMs: number
  cpuMs: number
}

/** Watches until it is asked. */
export function watchLoop(): { longest(): Turn } {
  let last = now()
  const longest: Turn = { wallMs: 0, cpuMs: 0 }
  let isWatching = true
  function check(): void {
    const { wallMs, cpuMs } = now()
    longest.wallMs = Math.max(longest.wallMs, wallMs - last.wallMs)
    longest.cpuMs = Math.max(longest.cpuMs, cpuMs - last.cpuMs)
    last = { wallMs, cpuMs }
    if (isWatching) setImmediate(check)
  }
  setImmediate(check)
  return {
    longest() {
      isWatching = false
      check()
      return longest
    },
  }
}

function now(): Turn {
  const { user, system } = process.threadCpuUsage()
  return { wallMs: performance.now(), cpuMs: (user + system) / 1000 }
}
