/**
 * The order of starting and stopping: each service as soon as those that it needs are ready, and the other way round.
 */

interface Needing {
  readonly name: string
  readonly needs: readonly string[]
}

/** The names that come before a name. */
export type Predecessors = (name: string) => readonly string[]

/** What has to be ready before a service starts; needs that are not among `services` are taken to be ready. */
export function startOrder(services: readonly Needing[]): Predecessors {
  const names = new Set(services.map(({ name }) => name))
  return (self) => services.find(({ name }) => name === self)?.needs.filter((need) => names.has(need)) ?? []
}

/** What has to be stopped before a service stops: all that need it. */
export function stopOrder(services: readonly Needing[]): Predecessors {
  return (self) => services.filter(({ needs }) => needs.includes(self)).map(({ name }) => name)
}

/** The same services, each after those that `before` names. */
export function sorted<T extends Needing>(services: readonly T[], before: Predecessors): T[] {
  const result = new Set<T>()
  const visit = (service: T) => {
    for (const name of before(service.name)) services.filter((other) => other.name === name).forEach(visit)
    result.add(service)
  }
  services.forEach(visit)
  return [...result]
}

/**
 * Runs work concurrently as far as the order allows: `run(name, work)` waits until all before `name` are done. A failure
 * fails all work that comes after it.
 */
export function runInOrder(before: Predecessors): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const completions = new Map<string, PromiseWithResolvers<void>>()
  const completionOf = (name: string) => {
    const completion = completions.get(name) ?? Promise.withResolvers<void>()
    if (!completions.has(name)) completion.promise.catch(() => undefined) // `run` reports it, also when no other work waits for this.
    completions.set(name, completion)
    return completion
  }
  return async (name, work) => {
    const own = completionOf(name)
    try {
      await Promise.all(before(name).map((other) => completionOf(other).promise))
      const result = await work()
      own.resolve()
      return result
    } catch (error) {
      own.reject(error)
      throw error
    }
  }
}
