/**
 * The tables of one segment. A segment is one SQLite file that holds what arrived during a while; the newest is written,
 * the others are only read, and the oldest is deleted as a file. So indices stay small enough to be cached while they are
 * written, and retention never rewrites anything. Times are microseconds and durations nanoseconds; ids are bytes.
 */

/** Written into `user_version`; a folder with another version is refused rather than misread. */
export const SCHEMA_VERSION = 2

const NAMES = `
  CREATE TABLE resources (id INTEGER PRIMARY KEY, service TEXT NOT NULL, attributes TEXT NOT NULL UNIQUE);
  CREATE TABLE scopes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  -- What spans are called; route is set where the span answers a request (see requests.ts).
  CREATE TABLE operations (id INTEGER PRIMARY KEY, service TEXT NOT NULL, name TEXT NOT NULL, kind INTEGER NOT NULL,
    route TEXT NOT NULL, UNIQUE (service, name, kind, route));
  -- What can be searched as a field: keys of spans, of logs, and of resources.
  CREATE TABLE attribute_keys (signal TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (signal, key)) WITHOUT ROWID;
`

const SPANS = `
  CREATE TABLE traces (id INTEGER PRIMARY KEY, trace_id BLOB NOT NULL UNIQUE, start INTEGER NOT NULL,
    finish INTEGER NOT NULL, spans INTEGER NOT NULL, errors INTEGER NOT NULL, root INTEGER);
  -- details holds what few spans have (events, links, status message) as JSON.
  CREATE TABLE spans (id INTEGER PRIMARY KEY, trace INTEGER NOT NULL, span_id BLOB NOT NULL, parent_id BLOB NOT NULL,
    operation INTEGER NOT NULL, resource INTEGER NOT NULL, scope INTEGER NOT NULL, start INTEGER NOT NULL,
    duration INTEGER NOT NULL, status INTEGER NOT NULL, attributes TEXT NOT NULL, details TEXT);
  CREATE INDEX spans_by_trace ON spans (trace, resource);
`

const LOGS = `
  CREATE TABLE logs (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, level INTEGER NOT NULL, resource INTEGER NOT NULL,
    scope INTEGER NOT NULL, trace_id BLOB, span_id BLOB, body TEXT NOT NULL, attributes TEXT NOT NULL, structured TEXT);
  CREATE INDEX logs_by_trace ON logs (trace_id) WHERE trace_id IS NOT NULL;
  CREATE VIRTUAL TABLE log_words USING fts5(body, content = 'logs', content_rowid = 'id');
`

// A block is a run of rows with a filter that says which fields are surely not in it (see blocks.ts).
const BLOCKS = `
  CREATE TABLE blocks (signal TEXT NOT NULL, last INTEGER NOT NULL, first INTEGER NOT NULL, oldest INTEGER NOT NULL,
    newest INTEGER NOT NULL, longest INTEGER NOT NULL, filter BLOB NOT NULL, PRIMARY KEY (signal, last)) WITHOUT ROWID;
`

// A key is what is counted: a service, a route, an edge of the map, log lines of a service, an error group.
const ROLLUPS = `
  CREATE TABLE keys (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, owner TEXT NOT NULL, name TEXT NOT NULL,
    UNIQUE (kind, owner, name));
  -- level is the cell's width and time its beginning, in seconds; bucket is of duration (see duration-buckets.ts) or the log level.
  CREATE TABLE cells (key INTEGER NOT NULL, level INTEGER NOT NULL, time INTEGER NOT NULL, bucket INTEGER NOT NULL,
    count INTEGER NOT NULL, errors INTEGER NOT NULL, PRIMARY KEY (key, level, time, bucket)) WITHOUT ROWID;
  CREATE TABLE exemplars (key INTEGER NOT NULL, cell INTEGER NOT NULL, slot INTEGER NOT NULL, time INTEGER NOT NULL,
    duration INTEGER NOT NULL, error INTEGER NOT NULL, trace_id BLOB NOT NULL, span_id BLOB NOT NULL,
    PRIMARY KEY (key, cell, slot)) WITHOUT ROWID;
  CREATE TABLE errors (key INTEGER PRIMARY KEY, service TEXT NOT NULL, type TEXT NOT NULL, place TEXT NOT NULL,
    message TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, trace_id BLOB, span_id BLOB);
`

const METRICS = `
  CREATE TABLE instruments (id INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, type TEXT NOT NULL,
    temporality TEXT NOT NULL, description TEXT NOT NULL, UNIQUE (name, unit, type, temporality));
  CREATE TABLE series (id INTEGER PRIMARY KEY, instrument INTEGER NOT NULL, resource INTEGER NOT NULL,
    attributes TEXT NOT NULL, newest INTEGER NOT NULL, UNIQUE (instrument, resource, attributes));
  CREATE TABLE points (series INTEGER NOT NULL, time INTEGER NOT NULL, start INTEGER NOT NULL, value REAL NOT NULL,
    distribution TEXT, PRIMARY KEY (series, time)) WITHOUT ROWID;
  CREATE TABLE point_exemplars (series INTEGER NOT NULL, time INTEGER NOT NULL, value REAL NOT NULL,
    trace_id BLOB NOT NULL, span_id BLOB NOT NULL, PRIMARY KEY (series, time, span_id)) WITHOUT ROWID;
`

// Kept in step with every transaction, so that the status and retention need no scan.
const TOTALS = `
  CREATE TABLE totals (spans INTEGER NOT NULL, logs INTEGER NOT NULL, points INTEGER NOT NULL, oldest INTEGER,
    newest INTEGER, opened INTEGER, written INTEGER);
  INSERT INTO totals (spans, logs, points) VALUES (0, 0, 0);
`

export const schema = [NAMES, SPANS, LOGS, BLOCKS, ROLLUPS, METRICS, TOTALS].join('')
