/**
 * Services, who calls whom, their routes and their errors. All figures are over the range that was asked for and come
 * from roll-ups kept at ingest, so they count every request, and percentiles are exact to a tenth, mostly to 5 %.
 */

/** Request rate, errors and duration of anything that is called. */
export interface Figures {
  count: number
  /** Status ERROR or an answer of 5xx; an answer of 4xx is none. */
  errors: number
  /** Per second, over the part of the range that has data. */
  rate: number
  /** 0 to 1. */
  errorShare: number
  /** Milliseconds; null where nothing was counted. */
  p50: number | null
  p95: number | null
  p99: number | null
}

export interface Service extends Figures {
  name: string
  /** Requests in each of about 30 equal parts of the range, oldest first; empty where the service answers none. */
  sparkline: number[]
  lastSeen: number
}

/** A route is what a server or consumer span answers to: `GET /orders/:id`, an RPC method, a queue, else the span's name. */
export interface Route extends Figures {
  route: string
  sparkline: number[]
}

/** Databases, queues and services that send no spans of their own are nodes of the map, too. */
export interface MapNode extends Figures {
  id: string
  kind: 'service' | 'database' | 'queue' | 'external'
  /** What to print: the service's name, `postgresql shop`, the queue's name, `api.stripe.com:443`. */
  label: string
}

/** Calls from one node to another, as the caller saw them. */
export interface MapEdge extends Figures {
  from: string
  to: string
}

export interface ServiceMap {
  /** As `/api/services` has them: at the same moment, so that the map and the table next to it agree. */
  services: Service[]
  nodes: MapNode[]
  edges: MapEdge[]
}

/** Rate, errors and duration over time. */
export interface Red {
  /** Milliseconds between points. */
  step: number
  /** One for every step of the range, oldest first; `time` is where the step begins. */
  points: RedPoint[]
  /** Real requests to put on the duration chart as dots: for each while the slowest, an error and an ordinary one. */
  exemplars: Exemplar[]
  total: Figures
}

export interface RedPoint {
  time: number
  count: number
  errors: number
  p50: number | null
  p95: number | null
  p99: number | null
}

export interface Exemplar {
  time: number
  /** Milliseconds for requests; the instrument's own unit for metrics. */
  value: number
  error: boolean
  traceId: string
  spanId: string
}

/** Errors of one type in one place. The place is the first stack frame outside node_modules, else the route. */
export interface ErrorGroup {
  id: string
  service: string
  type: string
  place: string
  /** Of the newest one. */
  message: string
  /** Within the range. */
  count: number
  firstSeen: number
  lastSeen: number
  sparkline: number[]
  /** The newest one's trace. */
  traceId: string | null
  spanId: string | null
}
