/**
 * The meaning of each attribute and log field; the compiler checks that none is missing. Nothing of it is in the built library:
 * docs/reference.md is generated from it.
 */
import { type Convention, OWN, SEMCONV } from './metric-description.ts'
import type { attribute, logField, resourceAttribute } from './names.ts'

export interface Meaning {
  /** One sentence. */
  readonly meaning: string
  readonly convention: Convention
}

function stable(page: string): Convention {
  return { stability: 'stable', source: `${SEMCONV}/${page}/` }
}

function development(page: string): Convention {
  return { stability: 'development', source: `${SEMCONV}/${page}/` }
}

const DB = stable('registry/attributes/db')
const EXCEPTION = stable('registry/attributes/exception')
const HTTP = stable('registry/attributes/http')
const SERVER = stable('registry/attributes/server')
const URL = stable('registry/attributes/url')

export const attributeMeanings: Record<keyof typeof attribute, Meaning> = {
  clusterProcess: {
    meaning: 'Under `node:cluster`, the process that a gauge belongs to: `primary` or the number of a worker.',
    convention: OWN,
  },
  cpuMode: { meaning: '`user` or `system`.', convention: development('registry/attributes/cpu') },
  dbBatchSize: { meaning: 'Number of operations in a batch of more than one.', convention: DB },
  dbCollection: { meaning: 'The table or collection of the operation, where there is exactly one.', convention: DB },
  dbConnectionState: { meaning: '`idle` or `used`.', convention: development('registry/attributes/db') },
  dbNamespace: { meaning: 'Name of the database; of Redis its number.', convention: DB },
  dbOperation: { meaning: 'The command, such as `SELECT`; `connect` for a failed connect.', convention: DB },
  dbPoolName: {
    meaning: 'The pool, by the address and name of its database; a second one of the same name gets a number.',
    convention: development('registry/attributes/db'),
  },
  dbProcedure: { meaning: 'The stored procedure that is called.', convention: DB },
  dbQuerySummary: {
    meaning: 'Command and tables of a query; bounded, so that it can stand in a label.',
    convention: DB,
  },
  dbQueryText: { meaning: 'The template of a query, every value replaced by `?`.', convention: DB },
  dbResponseStatus: {
    meaning: 'The error code of the database, such as SQLSTATE `23505`.',
    convention: DB,
  },
  dbSystem: { meaning: 'Kind of database, such as `postgresql`.', convention: DB },
  errorType: {
    meaning: 'Why it failed: the class of the error, the code of the system or the database, the status, or `aborted`.',
    convention: stable('registry/attributes/error'),
  },
  exceptionMessage: { meaning: 'Message of an error, on the event `exception` of a span.', convention: EXCEPTION },
  exceptionStacktrace: { meaning: 'Stack of an error, on the event `exception` of a span.', convention: EXCEPTION },
  exceptionType: { meaning: 'Class of an error, on the event `exception` of a span.', convention: EXCEPTION },
  gcType: {
    meaning: 'Kind of collection: `major`, `minor`, `incremental` or `weakcb`.',
    convention: development('registry/attributes/v8js'),
  },
  heapSpace: { meaning: "V8's space, such as `old_space`.", convention: development('registry/attributes/v8js') },
  instrument: { meaning: 'Name of the instrument that the series belong to.', convention: OWN },
  method: { meaning: 'Method of the request; one that is not known is `_OTHER`.', convention: HTTP },
  methodOriginal: { meaning: 'The method as it came, where it is `_OTHER`.', convention: HTTP },
  overflow: {
    meaning: '`true` on the one series that takes what would exceed the cap.',
    convention: {
      stability: 'stable',
      source: 'https://opentelemetry.io/docs/specs/otel/metrics/sdk/#overflow-attribute',
    },
  },
  protocolVersion: {
    meaning: 'Version of HTTP: `1.0`, `1.1` or `2`.',
    convention: stable('registry/attributes/network'),
  },
  reason: {
    meaning: 'Why records were dropped: `queue_full`, `rejected`, `invalid`, `shutdown` or `stdout_full`.',
    convention: OWN,
  },
  resendCount: {
    meaning: 'How often the request was sent before: after a redirect it is 1 and more.',
    convention: HTTP,
  },
  resourceType: { meaning: 'Kind of resource as Node names it, such as `TCPSocketWrap`.', convention: OWN },
  route: { meaning: 'Template of the route, such as `/users/:id`; never the path itself.', convention: HTTP },
  scheme: { meaning: '`http` or `https`.', convention: URL },
  serverAddress: {
    meaning: 'Host that was called. Never the Host header of a request that was answered.',
    convention: SERVER,
  },
  serverPort: { meaning: 'Port that was called.', convention: SERVER },
  signal: { meaning: 'What is delivered: `spans`, `logs` or `metric points`.', convention: OWN },
  status: { meaning: 'Status of the response; absent where none was sent.', convention: HTTP },
  urlFull: { meaning: 'Address that was called, without credentials and query string.', convention: URL },
  urlPath: { meaning: 'Path that was asked for, without the query string.', convention: URL },
  userAgent: { meaning: 'The header User-Agent.', convention: stable('registry/attributes/user-agent') },
}

const SERVICE = stable('registry/attributes/service')

export const resourceMeanings: Record<keyof typeof resourceAttribute, Meaning> = {
  environment: {
    meaning: 'Where it runs, such as `production`; the option `environment`.',
    convention: stable('registry/attributes/deployment'),
  },
  host: { meaning: "The machine's host name.", convention: development('registry/attributes/host') },
  instance: { meaning: 'A new UUID for each start of the process.', convention: SERVICE },
  processId: { meaning: 'Id of the process.', convention: development('registry/attributes/process') },
  runtimeName: { meaning: '`nodejs`.', convention: development('registry/attributes/process') },
  runtimeVersion: { meaning: 'Version of Node.js.', convention: development('registry/attributes/process') },
  sdkLanguage: { meaning: '`nodejs`.', convention: stable('registry/attributes/telemetry') },
  sdkVersion: {
    meaning: 'Version of the OpenTelemetry packages that it is built on.',
    convention: stable('registry/attributes/telemetry'),
  },
  sdkName: { meaning: '`opentelemetry`.', convention: stable('registry/attributes/telemetry') },
  service: { meaning: 'The option `service`.', convention: SERVICE },
  version: { meaning: 'The option `version`.', convention: SERVICE },
}

export const logFieldMeanings: Record<keyof typeof logField, string> = {
  level: '`trace`, `debug`, `info`, `warn`, `error` or `fatal`.',
  time: 'When it was written, in UTC to the millisecond (ISO 8601).',
  service: 'The option `service`.',
  version: 'The option `version`, where it is known.',
  environment: 'The option `environment`, where it is known.',
  traceId: 'Trace of the active span, 32 hexadecimal digits.',
  spanId: 'The active span, 16 hexadecimal digits.',
  traceFlags: '`01` where the trace is recorded, else `00`.',
  error: 'An error: `type`, `message`, `stack`, and what caused it.',
  method: 'Method of the request, as it came.',
  route: 'Template of the route, where it is known.',
  path: 'Path that was asked for, without the query string.',
  status: 'Status of the response; absent where none was sent.',
  durationMs: 'From the arrival of the request to the end of its response, in milliseconds.',
  aborted: '`true` where the client went away before the response was complete.',
  message: 'What happened; `request completed`, `request failed` or `request aborted` for a request.',
}
