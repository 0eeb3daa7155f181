/**
 * The order of starting and stopping: each service as soon as those that it needs are ready, and the other way round.
 */

interface Needing {
  readonly name: string
  readonly needs: readonly string[]
}

/** Says for each name which others come first. */
export type Before = (name: string) => readonly string[]

/** What has to be ready before a service starts; needs that are not among `services` are taken to be ready. */
export function startOrder(services: readonly Needing[]): Before {
  const names = new Set(services.map(({ name }) => name))
  return (self) => services.find(({ name }) => name === self)?.needs.filter((need) => names.has(need)) ?? []
}

/** What has to be stopped before a service stops: all that need it. */
export function stopOrder(services: readonly Needing[]): Before {
  return (self) => services.filter(({ needs }) => needs.includes(self)).map(({ name }) => name)
}

/** The same services, each behind those that `before` says. */
export function sorted<T extends Needing>(services: readonly T[], before: Before): T[] {
  const result = new Set<T>()
  const visit = (service: T) => {
    for (const name of before(service.name)) services.filter((other) => other.name === name).forEach(visit)
    result.add(service)
  }
  services.forEach(visit)
  return [...result]
}

/**
 * Runs work side by side as far as the order allows: `take(name, work)` waits until all before `name` are done. Work
 * that failed fails all that comes behind it.
 */
export function takeTurns(before: Before): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const turns = new Map<string, PromiseWithResolvers<void>>()
  const turnOf = (name: string) => {
    const turn = turns.get(name) ?? Promise.withResolvers<void>()
    if (!turns.has(name)) turn.promise.catch(() => undefined) // Reported by `take`, also when nobody waits for this turn.
    turns.set(name, turn)
    return turn
  }
  return async (name, work) => {
    const own = turnOf(name)
    try {
      await Promise.all(before(name).map((other) => turnOf(other).promise))
      const result = await work()
      own.resolve()
      return result
    } catch (error) {
      own.reject(error)
      throw error
    }
  }
}
