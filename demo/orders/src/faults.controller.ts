/**
 * Which faults are on. They are switched on the admin port.
 */

import { Faults, methodNotAllowed } from '@demo/chassis'
import { All, Controller, Get, Inject, Req } from '@nestjs/common'
import type { Request } from 'express'

@Controller('faults')
export class FaultsController {
  readonly #faults: Faults

  constructor(@Inject(Faults) faults: Faults) {
    this.#faults = faults
  }

  @Get()
  list(): Record<string, boolean> {
    return this.#faults.list()
  }

  @All()
  refuse(@Req() { method, path }: Request): never {
    throw methodNotAllowed(method, path, ['GET', 'HEAD'])
  }
}
