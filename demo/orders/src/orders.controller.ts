/**
 * The HTTP interface of orders.
 */

import { methodNotAllowed } from '@demo/chassis'
import { All, Body, Controller, Get, Headers, Inject, Param, Post, Query, Req, Res } from '@nestjs/common'
import type { Request, Response } from 'express'
import { z } from 'zod'
import { idempotencyKey, type Order, type OrderRequest, orderRequest } from './order.ts'
import { OrderStore } from './order-store.ts'
import { PlaceOrder } from './place-order.ts'
import { ZodPipe } from './zod.pipe.ts'

/** Absent for callers inside the shop, who see all orders. The gateway sends it with each request of a shopper. */
const shopperId = z.uuid('expected a UUID in the header Shopper-Id').optional()
const limit = z.coerce.number('expected a number').int().min(1).max(100).default(20)

@Controller('orders')
export class OrdersController {
  readonly #placeOrder: PlaceOrder
  readonly #store: OrderStore

  constructor(@Inject(PlaceOrder) placeOrder: PlaceOrder, @Inject(OrderStore) store: OrderStore) {
    this.#placeOrder = placeOrder
    this.#store = store
  }

  @Post()
  async place(
    @Headers('idempotency-key') key: string | undefined,
    @Headers('shopper-id') shopper: string | undefined,
    @Body(new ZodPipe(orderRequest)) request: OrderRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Order> {
    const { order, isNew } = await this.#placeOrder.place(idempotencyKey.parse(key), request, {
      shopper: shopperId.parse(shopper),
      hasLeft: () => response.destroyed,
    })
    response.status(isNew ? 201 : 200)
    return order
  }

  @Get(':id')
  find(
    @Param('id', new ZodPipe(z.uuid('expected a UUID'))) id: string,
    @Headers('shopper-id') shopper: string | undefined,
  ): Promise<Order> {
    return this.#store.find(id, shopperId.parse(shopper))
  }

  @Get()
  list(
    @Query('limit', new ZodPipe(limit)) count: number,
    @Headers('shopper-id') shopper: string | undefined,
  ): Promise<Order[]> {
    return this.#store.list(count, shopperId.parse(shopper))
  }

  @All()
  refuse(@Req() { method, path }: Request): never {
    throw methodNotAllowed(method, path, ['GET', 'HEAD', 'POST'])
  }

  @All(':id')
  refuseOne(@Req() { method, path }: Request): never {
    throw methodNotAllowed(method, path, ['GET', 'HEAD'])
  }
}
