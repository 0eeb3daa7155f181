/**
 * Every port of host mode by the variable that moves it.
 */

import { backendPorts } from '@ops/backends'
import { servicePorts } from './services.ts'

export const defaultPorts = {
  DEMO_CONSOLE_PORT: 4300,
  DEMO_CONSOLE_OTLP_PORT: 4318,
  ...servicePorts,
  DEMO_POSTGRES_PORT: 15432,
  ...backendPorts,
} as const
