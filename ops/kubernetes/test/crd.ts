/**
 * Checks an object against the structural schema of a CustomResourceDefinition, as an API server does with strict validation: types,
 * enums, patterns, bounds, required fields, and no field that the schema does not name.
 */

interface Schema {
  type?: string
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  items?: Schema
  required?: string[]
  enum?: unknown[]
  pattern?: string
  minimum?: number
  maximum?: number
  'x-kubernetes-int-or-string'?: boolean
  'x-kubernetes-preserve-unknown-fields'?: boolean
}

/** One line for each problem, beginning with the path of the field. */
export function crdProblems(schema: Schema, value: unknown, path = ''): string[] {
  if (schema['x-kubernetes-int-or-string']) return ['number', 'string'].includes(typeof value) ? [] : [`${path}: type`]
  if (schema.type && typeOf(value, schema.type) !== schema.type) return [`${path}: expected ${schema.type}`]
  if (Array.isArray(value)) {
    const { items = {} } = schema
    return value.flatMap((item, index) => crdProblems(items, item, `${path}/${index}`))
  }
  if (isRecord(value)) return objectProblems(schema, value, path)
  return scalarProblems(schema, value, path)
}

function objectProblems(schema: Schema, value: Record<string, unknown>, path: string): string[] {
  const { properties = {}, additionalProperties, required = [] } = schema
  const missing = required.filter((name) => !(name in value)).map((name) => `${path}/${name}: is required`)
  // The schema of `metadata` is the API server's own, and stands in a definition as an object without fields.
  if (path === '/metadata' || schema['x-kubernetes-preserve-unknown-fields']) return missing
  const fields = Object.entries(value).flatMap(([name, field]) => {
    const known = properties[name] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined)
    return known ? crdProblems(known, field, `${path}/${name}`) : [`${path}/${name}: is unknown`]
  })
  return [...missing, ...fields]
}

function scalarProblems(schema: Schema, value: unknown, path: string): string[] {
  const problems: string[] = []
  if (schema.enum && !schema.enum.includes(value)) problems.push(`${path}: expected one of ${schema.enum.join(', ')}`)
  if (schema.pattern && !new RegExp(schema.pattern).test(String(value))) problems.push(`${path}: not ${schema.pattern}`)
  if (schema.minimum !== undefined && Number(value) < schema.minimum) problems.push(`${path}: below ${schema.minimum}`)
  if (schema.maximum !== undefined && Number(value) > schema.maximum) problems.push(`${path}: above ${schema.maximum}`)
  return problems
}

function typeOf(value: unknown, expected: string): string {
  if (Array.isArray(value)) return 'array'
  if (Number.isInteger(value) && expected === 'integer') return 'integer'
  return typeof value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
