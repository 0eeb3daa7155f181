/**
 * OpenTelemetry's instrumentations of `node:http`, undici and gRPC next to this library: each request would have two server spans, and each
 * call by HTTP two client spans. Their tracers get spans that stand for ours instead; every other instrumentation gets the provider's own.
 */
import {
  type Context,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import { activeContext, type ContextExchange, EXCHANGE_KEY, exchangeIn, withContext } from '../context/context.ts'
import { fieldOf } from '../conventions/thrown.ts'

const HTTP = '@opentelemetry/instrumentation-http'
const UNDICI = '@opentelemetry/instrumentation-undici'
const GRPC = '@opentelemetry/instrumentation-grpc'

export class JoinedProvider implements TracerProvider {
  readonly #provider: TracerProvider

  constructor(provider: TracerProvider) {
    this.#provider = provider
  }

  getTracer(...args: Parameters<TracerProvider['getTracer']>): Tracer {
    if (args[0] === HTTP || args[0] === UNDICI) return joinedTracer
    const tracer = this.#provider.getTracer(...args)
    return args[0] === GRPC ? grpcTracer(tracer) : tracer
  }

  /** As the SDK's provider has it, for code that flushes before it is frozen. */
  async forceFlush(): Promise<void> {
    await callIfThere(this.#provider, 'forceFlush')
  }

  async shutdown(): Promise<void> {
    await callIfThere(this.#provider, 'shutdown')
  }
}

async function callIfThere(target: object, name: string): Promise<void> {
  const method = fieldOf(target, name)
  if (typeof method === 'function') await Reflect.apply(method, target, [])
}

const joinedTracer: Tracer = {
  startSpan(_name, options?: SpanOptions) {
    const exchange = options?.kind === SpanKind.SERVER ? exchangeIn(activeContext()) : undefined
    // Without an exchange the request is ignored. A call is no child of what stands for its span.
    return exchange === undefined ? new UnrecordedSpan(trace.getSpan(activeContext())) : new JoinedSpan(exchange)
  },
  startActiveSpan(name: string, ...rest: unknown[]) {
    const fn = rest.pop()
    if (typeof fn !== 'function') return undefined
    const span = joinedTracer.startSpan(name, rest[0] as SpanOptions | undefined)
    return withContext(trace.setSpan(activeContext(), span), () => fn(span))
  },
}

/** A call by gRPC comes as a stream of HTTP/2, whose exchange it names; going out, nothing but its instrumentation sees it. */
function grpcTracer(tracer: Tracer): Tracer {
  return {
    startSpan(name, options, context) {
      const exchange = options?.kind === SpanKind.SERVER ? exchangeIn(activeContext()) : undefined
      if (exchange === undefined) return tracer.startSpan(name, options, context)
      exchange.route(name.replace(/^grpc\./, '/'))
      return new JoinedSpan(exchange).setAttributes(options?.attributes ?? {})
    },
    startActiveSpan: tracer.startActiveSpan.bind(tracer),
  }
}

/** Records nothing, and has no ids that a header could carry. */
class UnrecordedSpan implements Span {
  /** The span that is active around it. */
  readonly around: Span | undefined

  constructor(around: Span | undefined) {
    this.around = around
  }

  spanContext(): SpanContext {
    return INVALID_SPAN_CONTEXT
  }

  isRecording(): boolean {
    return false
  }

  setAttribute(..._: Parameters<Span['setAttribute']>): this {
    return this
  }

  setAttributes(..._: Parameters<Span['setAttributes']>): this {
    return this
  }

  addEvent(..._: Parameters<Span['addEvent']>): this {
    return this
  }

  addLink(..._: Parameters<Span['addLink']>): this {
    return this
  }

  addLinks(..._: Parameters<Span['addLinks']>): this {
    return this
  }

  setStatus(..._: Parameters<Span['setStatus']>): this {
    return this
  }

  recordException(..._: Parameters<Span['recordException']>): void {
    // As all the others.
  }

  updateName(_name: string): this {
    return this
  }

  end(): void {
    // It has not begun.
  }
}

/** The server span of the exchange, whose name and end are the exchange's. */
class JoinedSpan extends UnrecordedSpan {
  readonly [EXCHANGE_KEY]: ContextExchange

  constructor(exchange: ContextExchange) {
    super(trace.getSpan(exchange.context))
    this[EXCHANGE_KEY] = exchange
  }

  override spanContext(): SpanContext {
    return this.around?.spanContext() ?? INVALID_SPAN_CONTEXT
  }

  override isRecording(): boolean {
    return this.around?.isRecording() ?? false
  }

  override setAttribute(...args: Parameters<Span['setAttribute']>): this {
    this.around?.setAttribute(...args)
    return this
  }

  override setAttributes(...args: Parameters<Span['setAttributes']>): this {
    this.around?.setAttributes(...args)
    return this
  }

  override addEvent(...args: Parameters<Span['addEvent']>): this {
    this.around?.addEvent(...args)
    return this
  }

  override addLink(...args: Parameters<Span['addLink']>): this {
    this.around?.addLink(...args)
    return this
  }

  override addLinks(...args: Parameters<Span['addLinks']>): this {
    this.around?.addLinks(...args)
    return this
  }

  override recordException(...args: Parameters<Span['recordException']>): void {
    this.around?.recordException(...args)
  }
}

/** The active context, without what an instrumentation has put around the call to stand for its span. */
export function callersContext(): Context {
  const context = activeContext()
  const span = trace.getSpan(context)
  if (!(span instanceof UnrecordedSpan) || span instanceof JoinedSpan) return context
  return span.around === undefined ? trace.deleteSpan(context) : trace.setSpan(context, span.around)
}
