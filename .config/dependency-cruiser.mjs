/**
 * The rules of dependency-cruiser, made from the table in rooms.ts.
 */
import { rooms } from './rooms.ts'

const forbidden = Object.entries(rooms).flatMap(([source, table]) =>
  Object.entries(table).map(([room, allowed]) => ({
    name: `${source}/${room}`,
    comment: `${room} may import ${allowed.join(', ') || 'no other room'}. See .config/rooms.ts.`,
    severity: 'error',
    from: { path: within(source, table, room), pathNot: '\\.test\\.tsx?$' },
    to: { path: `^${source}/`, pathNot: [room, ...allowed].map((each) => within(source, table, each)) },
  })),
)

/** The files of a room, without those of rooms inside it. */
function within(source, table, room) {
  if (room === '.') return `^${source}/[^/]+$`
  const inner = Object.keys(table).filter((other) => other.startsWith(`${room}/`))
  const except = inner.map((other) => `${other.slice(room.length + 1)}/`).join('|')
  return except === '' ? `^${source}/${room}/` : `^${source}/${room}/(?!${except})`
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden,
  options: {
    includeOnly: Object.keys(rooms).map((source) => `^${source}/`),
    exclude: { path: '\\.test\\.tsx?$' },
    tsPreCompilationDeps: true,
    detectJSDocImports: false,
    enhancedResolveOptions: { extensions: ['.ts', '.tsx'] },
  },
}
