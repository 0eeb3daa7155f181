/**
 * Checks a part of a request; what is wrong with it becomes a 400 (see problem.filter.ts).
 */

import type { PipeTransform } from '@nestjs/common'
import type { z } from 'zod'

export class ZodPipe<Schema extends z.ZodType> implements PipeTransform {
  readonly #schema: Schema

  constructor(schema: Schema) {
    this.#schema = schema
  }

  transform(value: unknown): z.infer<Schema> {
    return this.#schema.parse(value)
  }
}
