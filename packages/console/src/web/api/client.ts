/**
 * Asks the console. Paths, parameters and answers are those of the contract, so a question that the server does not know
 * is a type error here.
 */

import type { Problem, Queries } from '../../contract/contract.ts'

export type Path = keyof Queries
export type Query<P extends Path> = Queries[P]['query']
export type Answer<P extends Path> = Queries[P]['answer']

/** The console answered, and said no. */
export class Refused extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'Refused'
    this.status = status
  }
}

/**
 * @throws Refused with the console's reason; TypeError where the console cannot be reached; AbortError after `signal`.
 */
export async function fetchAnswer<P extends Path>(path: P, query: Query<P>, signal?: AbortSignal): Promise<Answer<P>> {
  const response = await fetch(addressOf(path, query), {
    signal: signal ?? null,
    headers: { accept: 'application/json' },
  })
  if (!response.ok) throw new Refused(response.status, await reasonOf(response))
  return response.json()
}

export function addressOf(path: string, query: object): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(name, String(value))
  }
  const text = params.toString()
  return text ? `${path}?${text}` : path
}

async function reasonOf(response: Response): Promise<string> {
  try {
    const problem: Problem = await response.json()
    return problem.error
  } catch {
    return `The console answered ${response.status} ${response.statusText}`
  }
}
