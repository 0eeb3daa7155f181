/**
 * Answers every error in the shop's own form.
 */

import { problemOf } from '@demo/chassis'
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common'
import type { Response } from 'express'

@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>()
    const problem = problemOf(error)
    if (response.headersSent) response.destroy()
    else response.status(problem.status).set(problem.headers).json(problem)
  }
}
