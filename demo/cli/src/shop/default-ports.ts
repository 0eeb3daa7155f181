/**
 * Every port of host mode by the variable that moves it.
 */

import { backendPorts } from '@ops/backends'
import { servicePorts } from './services.ts'

/** Of what runs in host mode next to the services and the backends. */
export const ownPorts = {
  DEMO_CONSOLE_PORT: 4300,
  DEMO_CONSOLE_OTLP_PORT: 4318,
  DEMO_POSTGRES_PORT: 15432,
} as const

export const defaultPorts: Readonly<Record<string, number>> = {
  ...ownPorts,
  ...servicePorts,
  ...backendPorts,
}
