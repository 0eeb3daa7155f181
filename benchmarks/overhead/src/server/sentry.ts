/** Preload of the Sentry variant, as Sentry's documentation for Express and others has it: `--require ./instrument.js`. */
import { peer } from './peers.ts'

interface Sentry {
  init(options: { dsn: string | undefined; tracesSampleRate: number }): void
}

peer<Sentry>('@sentry/node').init({ dsn: process.env.BENCH_SENTRY_DSN, tracesSampleRate: 1 })
