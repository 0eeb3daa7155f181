/**
 * How throughput grows with concurrency: the Universal Scalability Law fitted to the steps of a stress run. Contention (sigma) bends the
 * curve, coherency (kappa) makes it fall again. https://www.perfdynamics.com/Manifesto/USLscalability.html
 */
import type { Client } from '@lab/bench-k6/record'
import { levenbergMarquardt } from 'ml-levenberg-marquardt'

export interface Load {
  /** Requests in the system at once, by Little's law. */
  concurrency: number
  /** Requests per second. */
  throughput: number
}

export interface Fit {
  lambda: number
  sigma: number
  kappa: number
  /** Concurrency at which throughput is largest, and that throughput. Infinite where nothing makes it fall. */
  peak: Load
  /** Typical distance of the points from the curve, as a share of them. */
  error: number
}

/** Fewer points than that do not determine three parameters. */
const LEAST_POINTS = 6

/** The points of a run at which requests were answered, from the first on until throughput is at its largest and a little after. */
export function loadsOf({ points, step }: Client): Load[] {
  const loads = points
    .filter(({ count, failed }) => count > 0 && failed / count < 0.05)
    .map(({ count, mean }) => ({ concurrency: ((count / step) * mean) / 1000, throughput: count / step }))
  return loads.filter(({ concurrency }) => concurrency > 0)
}

export function throughputAt(n: number, { lambda, sigma, kappa }: Pick<Fit, 'lambda' | 'sigma' | 'kappa'>): number {
  return (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1))
}

/** Undefined where there are too few points, or none of the starting values leads to a curve. */
export function fitUsl(loads: readonly Load[]): Fit | undefined {
  if (loads.length < LEAST_POINTS) return undefined
  const data = { x: loads.map(({ concurrency }) => concurrency), y: loads.map(({ throughput }) => throughput) }
  const slope = Math.max(...loads.map(({ concurrency, throughput }) => throughput / Math.max(1, concurrency)))
  const fits = [
    [slope, 0.1, 0.001],
    [slope, 0.5, 0.01],
    [slope / 2, 0.01, 0.0001],
  ].map((initialValues) =>
    levenbergMarquardt(
      data,
      ([lambda = 0, sigma = 0, kappa = 0]) =>
        (n) =>
          throughputAt(n, { lambda, sigma, kappa }),
      {
        initialValues,
        minValues: [1e-6, 0, 0],
        maxValues: [slope * 20, 5, 1],
        maxIterations: 400,
        // Of the size of the parameters: the default step of 0.1 jumps over every useful kappa.
        gradientDifference: [1e-3, 1e-5, 1e-7],
        centralDifference: true,
        damping: 0.01,
        errorTolerance: 1e-9,
      },
    ),
  )
  const best = fits
    .filter(({ parameterError }) => Number.isFinite(parameterError))
    .sort((a, b) => a.parameterError - b.parameterError)[0]
  if (!best) return undefined
  const [lambda = 0, sigma = 0, kappa = 0] = best.parameterValues
  const at = kappa > 0 ? Math.sqrt(Math.max(0, 1 - sigma) / kappa) : Number.POSITIVE_INFINITY
  const peak = {
    concurrency: at,
    throughput: Number.isFinite(at) ? throughputAt(at, { lambda, sigma, kappa }) : lambda / Math.max(sigma, 1e-9),
  }
  const squares = loads.map(
    ({ concurrency, throughput }) =>
      ((throughputAt(concurrency, { lambda, sigma, kappa }) - throughput) / throughput) ** 2,
  )
  return {
    lambda,
    sigma,
    kappa,
    peak,
    error: Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length),
  }
}

export interface Knee {
  /** Seconds since the start, and requests per second offered there. */
  at: number
  throughput: number
  reason: string
}

/** The last step at which the objectives hold, before the first two in a row at which they do not. */
export function kneeOf({ points, step }: Client, within: { ms: number; failed: number }): Knee | undefined {
  const reasonOf = (index: number): string | undefined => {
    const point = points[index]
    if (!point || point.count === 0) return undefined
    if (point.dropped > 0) return `${point.dropped} arrivals found no free virtual user`
    if (point.failed / point.count > within.failed) return `${point.failed} of ${point.count} requests failed`
    return point.p99 > within.ms ? `p99 was ${Math.round(point.p99)} ms` : undefined
  }
  const broken = points.findIndex((_, index) => reasonOf(index) !== undefined && reasonOf(index + 1) !== undefined)
  const last = points[broken - 1]
  return last ? { at: last.at, throughput: last.count / step, reason: reasonOf(broken) ?? '' } : undefined
}
