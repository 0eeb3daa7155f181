/**
 * Faults on command.
 */

import { Faults, faultSwitch } from '@demo/chassis'
import { Body, Controller, Get, Inject, Param, Put } from '@nestjs/common'
import type { z } from 'zod'
import { ZodPipe } from './zod.pipe.ts'

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

  @Put(':name')
  set(
    @Param('name') name: string,
    @Body(new ZodPipe(faultSwitch)) { enabled }: z.infer<typeof faultSwitch>,
  ): Promise<Record<string, boolean>> {
    return this.#faults.set(name, enabled)
  }
}
