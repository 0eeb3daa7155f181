/**
 * Who names the route of an exchange, and whose word counts: user code before `http.route` on the span, that before the framework.
 */
import type { Span } from '@opentelemetry/api'
import { routeOn } from './named-by-others.ts'

export class Named {
  #route: string | undefined
  /** What user code called it. */
  #given: string | undefined
  #atEnd: (() => string | undefined) | undefined

  /** The template that the framework matched, such as `/users/:id`. The last one named before the end counts. */
  route(template: string): void {
    this.#route = template
  }

  /** Asks for the template at the end, for frameworks that name a route only while they handle the request. */
  routeAtEnd(template: () => string | undefined): void {
    this.#atEnd = template
  }

  /** The template as user code gives it; anything but a text is ignored. */
  nameRoute(template: string): void {
    if (typeof template === 'string' && template !== '') this.#given = template
  }

  /** Whether a framework has named the route, or will at the end. */
  get isNamed(): boolean {
    return (this.#route ?? this.#atEnd) !== undefined
  }

  /** The route of an exchange that ends with `status`. */
  protected routeAt(status: number | undefined, span: Span | undefined): string | undefined {
    const named = this.#given ?? routeOn(span) ?? this.#atEnd?.() ?? this.#route
    return status === 404 && named !== undefined && CATCH_ALL.test(named) ? undefined : named
  }
}

/** A route that takes whatever no other one took: with a 404 it says no more than no route at all. */
const CATCH_ALL = /(?:\*|\(\.\*\))[^/]*$/
