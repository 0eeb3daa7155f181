/**
 * Who may import whom: each room with the rooms that it may import. Doors open one way, so a room names only what is
 * below it. A file's own room needs no entry; a folder inside a room is a
 * room of its own where it has a row. `pnpm lint` holds it.
 */

/** Packages whose rooms are listed, by the folder that holds the rooms. `.` stands for the files directly in it. */
export const rooms: Record<string, Record<string, readonly string[]>> = {
  'packages/observe/src': {
    conventions: [],
    time: [],
    context: ['conventions', 'time'],
    settings: ['conventions', '.'],
    traces: ['settings', 'context', 'time', 'conventions', '.'],
    logs: ['settings', 'context', 'time', 'conventions'],
    metrics: ['settings', 'context', 'time', 'conventions', '.'],
    'metrics/prometheus': ['metrics', 'time', 'conventions'],
    otlp: ['metrics', 'logs', 'traces', 'settings', 'context', 'time', 'conventions'],
    server: ['metrics', 'logs', 'traces', 'settings', 'context', 'time', 'conventions'],
    'server/routes': ['server', 'context', 'conventions', '.'],
    'clients/sql': [],
    'clients/calls': ['metrics', 'traces', 'settings', 'context', 'time', 'conventions'],
    clients: ['clients/calls', 'clients/sql', 'settings', 'context', 'time', 'conventions'],
    'operations/health': [],
    'operations/cluster': ['operations/health', 'otlp', 'metrics', 'time', 'conventions'],
    operations: [
      'operations/cluster',
      'operations/health',
      'server',
      'otlp',
      'metrics/prometheus',
      'metrics',
      'logs',
      'settings',
      'context',
      'time',
      'conventions',
    ],
    service: [
      'operations',
      'clients',
      'clients/calls',
      'server/routes',
      'server',
      'otlp',
      'metrics',
      'logs',
      'traces',
      'settings',
      'context',
      'time',
      'conventions',
      '.',
    ],
    doctor: ['otlp', 'metrics', 'logs', 'traces', 'settings', 'context', 'conventions'],
  },
}
