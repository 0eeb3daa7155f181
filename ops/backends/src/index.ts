/**
 * The real backends without Docker: what to start for each one that is on this machine, and where services send to.
 *
 *     const { found, missing } = await describeBackends({ home, ports, services, alertReceiver })
 *     const env = otlpEnvironment({ backends: found, ports, console: 'http://127.0.0.1:4318' })
 */

export { type Backends, describeBackends } from './backends.ts'
export type { Backend, BackendContext, BackendPort, ScrapedService } from './description/backend.ts'
export { backendPorts } from './description/ports.ts'
export { otlpEnvironment } from './otlp.ts'
