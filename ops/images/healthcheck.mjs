/**
 * The health check of the images, which have no shell to run anything else: exit code 0 when the service is ready. What
 * is missing otherwise is printed, and shown by `docker inspect`.
 */

import { get } from 'node:http'

const port = process.env.OTEL_EXPORTER_PROMETHEUS_PORT || 9464

get(`http://127.0.0.1:${port}/readyz`, (response) => {
  process.exitCode = response.statusCode === 200 ? 0 : 1
  response.pipe(process.stdout)
}).on('error', (error) => {
  console.log(error.message)
  process.exitCode = 1
})
