/**
 * How Prometheus is started. Its page is on loopback, where any page in the browser can send a POST.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configuration } from '../description/backend.ts'

test.each(['compose.yaml', 'backends/src/programs/prometheus.ts'])('%s opens no write or admin endpoint', (file) => {
  expect(readFileSync(join(configuration, file), 'utf8')).not.toMatch(
    /--web\.enable-(?:lifecycle|admin-api|remote-write)/,
  )
})
