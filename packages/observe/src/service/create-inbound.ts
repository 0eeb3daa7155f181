/**
 * What begins the exchanges of a service, from its signals and settings.
 */
import { requestFilter } from '../logs/request-filter.ts'
import { RequestLog } from '../logs/request-log.ts'
import { Inbound } from '../server/inbound.ts'
import { Outcomes } from '../server/outcomes.ts'
import { routeLeftOn } from '../server/routes/left.ts'
import { DEFAULT_MAX_SERIES, type Settings } from '../settings/options.ts'
import type { ServiceSignals } from './signals.ts'

export function createInbound({ log, traces, metrics }: ServiceSignals, settings: Settings): Inbound {
  return new Inbound({
    log: log.logger,
    ignore: settings.ignore,
    routeOf: routeLeftOn,
    signals: {
      log: new RequestLog(log.logger, log.writeLine, settings.log.redact, requestFilter(settings.log)),
      traces,
      outcomes: new Outcomes(metrics, settings.metrics?.maxSeries ?? DEFAULT_MAX_SERIES),
      trustIncoming: settings.traces?.trustIncoming ?? true,
      propagation: settings.propagation,
      methods: settings.methods,
    },
  })
}
