/**
 * The services of the shop in ops/compose.yaml: the lines between two comments, which stay where they are.
 */

import {
  CONTAINER_METRICS_PORT,
  metricsPortVariable,
  portOf,
  portVariable,
  type ServiceDescription,
  services,
  urlVariable,
} from './services.ts'

const BEGIN = '  # Generated from demo/shop/src/services.ts: change that, then pnpm --filter @demo/shop run generate.\n'
const END = '  # End of what is generated.\n'

/** The whole file with its generated lines renewed. Throws where the comments around them are missing. */
export function composeFile(text: string): string {
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END)
  if (begin < 0 || end < begin) {
    throw new Error(`ops/compose.yaml does not have these two lines, in this order:\n${BEGIN}${END}`)
  }
  const sections = services.flatMap((service) => [
    serviceSection(service),
    ...(service.database ? [migrationSection(service)] : []),
  ])
  return `${text.slice(0, begin)}${BEGIN}${sections.join('\n')}${text.slice(end)}`
}

function serviceSection(service: ServiceDescription): string {
  const { name, purpose, port, metricsPort, hasPage, database } = service
  const metrics = `127.0.0.1:\${${metricsPortVariable(name)}:-${metricsPort}}`
  const requests = port === undefined ? undefined : `127.0.0.1:\${${portVariable(name)}:-${port}}`
  return block([
    `  ${name}:`,
    '    <<: *service',
    `    image: \${COMPOSE_PROJECT_NAME}/${name}:dev`,
    `    build: { context: .., dockerfile: ops/images/Dockerfile, args: { SERVICE: ${name} } }`,
    '    labels:',
    '      shop.kind: service',
    `      shop.purpose: ${purpose}`,
    requests && `      shop.${hasPage ? 'page' : 'api'}: http://${requests}`,
    `      shop.metrics: http://${metrics}/metrics`,
    ...environment(service),
    database && '    secrets: [database-url]',
    '    ports:',
    requests && `      - ${requests}:${port}`,
    `      - ${metrics}:${CONTAINER_METRICS_PORT}`,
    ...dependencies(service),
  ])
}

/** Runs to its end before its service starts. */
function migrationSection({ name }: ServiceDescription): string {
  return block([`  ${name}-migration:`, '    <<: *migration', `    image: \${COMPOSE_PROJECT_NAME}/${name}:dev`])
}

function environment({ database, hasPage, calls }: ServiceDescription): string[] {
  const base = database ? '*with-database' : '*environment'
  const own = [
    ...calls.map((name) => `      ${urlVariable(name)}: http://${name}:${portOf(name)}`),
    ...(hasPage ? [`      TRACE_PAGE: http://127.0.0.1:\${DEMO_JAEGER_PORT:-16686}/trace/{id}`] : []),
  ]
  return own.length === 0 ? [`    environment: ${base}`] : ['    environment:', `      <<: ${base}`, ...own]
}

function dependencies({ name, database, needs }: ServiceDescription): string[] {
  const conditions = [
    ...(database ? [`      ${name}-migration: { condition: service_completed_successfully }`] : []),
    ...needs.map((needed) => `      ${needed}: { condition: service_healthy }`),
  ]
  return conditions.length === 0 ? [] : ['    depends_on:', ...conditions]
}

function block(lines: readonly (string | false | undefined)[]): string {
  return `${lines.filter((line) => typeof line === 'string').join('\n')}\n`
}
