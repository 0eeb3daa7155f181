/**
 * Stores log lines, their words for full-text search, and how many there were of each level.
 */

import type { Value } from '../../contract/contract.ts'
import type { LogRecord } from '../../otlp/record.ts'
import { failuresOfLog } from '../derived/failures.ts'
import { BlockWriter, hashField } from '../search/blocks.ts'
import { indexed } from '../search/words.ts'
import type { Statements } from '../segments/database.ts'
import type { Cells } from './cells.ts'
import type { ErrorTable } from './error-table.ts'
import type { Names } from './names.ts'

export class LogTable {
  readonly #statements: Statements
  readonly #names: Names
  readonly #cells: Cells
  readonly #errors: ErrorTable
  readonly #blocks: BlockWriter

  constructor(statements: Statements, names: Names, cells: Cells, errors: ErrorTable) {
    this.#statements = statements
    this.#names = names
    this.#cells = cells
    this.#errors = errors
    this.#blocks = new BlockWriter(statements, 'logs')
  }

  insert(logs: LogRecord[]): void {
    for (const log of logs) {
      const { resource, level, time } = log
      this.#cells.add(this.#names.key('logs', resource.service, ''), time, level, level >= 4)
      for (const failure of failuresOfLog(log)) this.#errors.add(failure)
      this.#put(log)
    }
  }

  #put(log: LogRecord): void {
    const resource = this.#names.resource(log.resource)
    const id = this.#statements.run(
      `INSERT INTO logs (time, level, resource, scope, trace_id, span_id, body, attributes, structured)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      log.time,
      log.level,
      resource.id,
      this.#names.scope(log.scope),
      log.traceId,
      log.spanId,
      log.body,
      JSON.stringify(log.attributes),
      log.structured === undefined ? null : JSON.stringify(log.structured),
    )
    this.#statements.run('INSERT INTO log_words (rowid, body) VALUES (?, ?)', id, indexed(log.body))
    const fields: number[] = [hashField('level', log.level)]
    for (const [key, value] of fieldsOf(log)) {
      this.#names.attributeKey('logs', key)
      fields.push(hashField(key, value))
    }
    this.#blocks.add(id, log.time, 0, fields, resource.fields)
  }
}

/** Fields of a structured body that can be searched, at most. */
const MOST_FIELDS = 100
const DEEPEST = 5

/** Attributes, and the fields of a structured body: those of an object within it by both names, joined by a dot. */
function fieldsOf({ attributes, structured }: LogRecord): [key: string, value: Value][] {
  const fields = Object.entries(attributes)
  const most = fields.length + MOST_FIELDS
  const collect = (value: Value, path: string, depth: number): void => {
    if (value === null || typeof value !== 'object' || Array.isArray(value) || depth > DEEPEST) return
    for (const [key, each] of Object.entries(value)) {
      if (fields.length >= most) return
      fields.push([`${path}${key}`, each])
      collect(each, `${path}${key}.`, depth + 1)
    }
  }
  if (structured !== undefined) collect(structured, '', 1)
  return fields
}
