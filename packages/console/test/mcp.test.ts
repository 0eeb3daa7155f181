/**
 * A coding agent, by a real client of the protocol, over both of its transports: from the first question to the cause of a fault.
 */

import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { expect, onTestFinished, test } from 'vitest'
import { type Fault, sendFault } from './faults.ts'
import { newFolder, type Running, runConsole } from './running-console.ts'
import { journey, requestsOf, resourceOf } from './shop.ts'

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

interface Call {
  tool: string
  arguments: Record<string, string>
}

async function connect(transport: StdioClientTransport | StreamableHTTPClientTransport): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' })
  await client.connect(transport)
  onTestFinished(() => client.close())
  return client
}

function overHttp({ url }: { url: string }, headers: Record<string, string> = {}): Promise<Client> {
  return connect(new StreamableHTTPClientTransport(new URL('/mcp', url), { requestInit: { headers } }))
}

function overStdio(data: string): Promise<Client> {
  return connect(new StdioClientTransport({ command: process.execPath, args: [cli, 'mcp', '--data', data] }))
}

async function call(
  client: Client,
  { tool, arguments: given }: Call,
): Promise<{ text: string; next: Call[]; failed: boolean }> {
  const { content, structuredContent, isError } = await client.callTool({ name: tool, arguments: given })
  const text = content.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
  const { next = [] }: { next?: Call[] } = structuredContent ?? {}
  return { text, next, failed: isError === true }
}

/** Asks what changed and follows the first thing that goes deeper, as long as there is one. */
async function investigate(client: Client, since: string, most: number): Promise<string[]> {
  const seen: string[] = []
  let step: Call | undefined = { tool: 'what_changed', arguments: { since } }
  while (step && seen.length < most) {
    const { text, next } = await call(client, step)
    seen.push(text)
    step = next[0]
  }
  return seen
}

const faults: [fault: Fault, cause: RegExp][] = [
  [
    'slow query',
    /inventory: SELECT \* FROM.*adds 9\d\d ms[\s\S]*db\.query\.text=SELECT \* FROM stock WHERE product = \$1/,
  ],
  ['failing payment', /payments[\s\S]*PaymentDeclined[\s\S]*authorise \(\/shop\/payments\/src\/authorise\.ts:41/],
  ['leaking service', /process\.memory\.usage[\s\S]*grows steadily/],
]

test.each(faults)('a %s is found within six calls, over either transport', async (fault, cause) => {
  const data = newFolder()
  const running = await runConsole({ data })
  const now = Date.now()
  await sendFault(running, fault, now)
  for (const client of [await overHttp(running), await overStdio(data)]) {
    const seen = await investigate(client, new Date(now - 10 * 60_000).toISOString(), 6)
    expect(seen.join('\n')).toMatch(cause)
  }
})

test('every tool only reads, says what it takes, and refuses what it does not know', async () => {
  const client = await overHttp(await runConsole())
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name).sort()).toEqual([
    'compare_periods',
    'explain_slow_route',
    'find_logs',
    'find_traces',
    'get_metrics',
    'get_trace',
    'list_errors',
    'list_services',
    'what_changed',
  ])
  for (const { annotations, description } of tools) {
    expect(annotations?.readOnlyHint).toBe(true)
    expect(description?.length).toBeGreaterThan(40)
  }
  expect(await call(client, { tool: 'get_trace', arguments: { id: 'nonsense' } })).toMatchObject({
    failed: true,
    text: '"nonsense" is not a trace id: it has 32 hex digits.',
  })
  expect(await call(client, { tool: 'find_traces', arguments: { since: 'yesterday' } })).toMatchObject({
    failed: true,
    text: expect.stringContaining('write 15m, 2h or 2026-11-29T08:00:00Z'),
  })
  const { text } = await call(client, { tool: 'list_services', arguments: {} })
  expect(text).toContain('Nothing is stored yet.')
})

test('credentials and control characters of the observed programs do not reach the agent', async () => {
  const running = await runConsole()
  const secrets = {
    'http.request.header.authorization': 'Bearer 0123456789abcdef',
    'url.full': 'https://user:hunter2@api.example/pay?api_key=abcdef123456&item=7',
    'db.query.text': 'token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl',
  }
  const story = journey({ at: Date.now() - 5000, luck: 0.1 })
  const attributes = Object.entries(secrets).map(([key, stringValue]) => ({ key, value: { stringValue } }))
  const spans = [...story.spans].map(([service, list]): [string, object[]] => [
    service,
    list.map((span) => ({ ...span, attributes })),
  ])
  const { traces } = requestsOf([{ ...story, spans: new Map(spans) } as typeof story])
  await running.send('traces', traces)
  const body = { stringValue: 'password=hunter2 \u001b[31mred\u001b[0m \u001b]0;title\u0007AKIAABCDEFGHIJKLMNOP done' }
  const line = { timeUnixNano: `${Date.now() - 4000}000000`, severityNumber: 17, body, traceId: story.traceId }
  await running.send('logs', {
    resourceLogs: [{ resource: resourceOf('gateway'), scopeLogs: [{ logRecords: [line] }] }],
  })
  const client = await overHttp(running)
  const texts = [
    await call(client, { tool: 'get_trace', arguments: { id: story.traceId } }),
    await call(client, { tool: 'find_logs', arguments: { trace: story.traceId } }),
  ].map(({ text }) => text)
  expect(texts.join('\n')).toContain('https://user:[redacted]@api.example/pay?api_key=[redacted]&item=7')
  expect(texts[1]).toContain('password=[redacted] red [redacted] done')
  for (const secret of ['hunter2', '0123456789abcdef', 'eyJ', 'AKIA', '\u001b'])
    expect(texts.join('\n')).not.toContain(secret)
})

test('an answer is bounded however large the trace is', async () => {
  const running = await runConsole()
  const story = journey({ at: Date.now() - 60_000, luck: 0.1 })
  const [root] = story.spans.get('gateway') ?? []
  const many = Array.from({ length: 3000 }, (_, index) => ({
    ...root,
    spanId: (index + 1).toString(16).padStart(16, '0'),
    parentSpanId: root?.spanId,
    name: `step ${index} ${'x'.repeat(500)}`,
  }))
  const { traces } = requestsOf([{ ...story, spans: new Map([['gateway', [...(root ? [root] : []), ...many]]]) }])
  await running.send('traces', traces)
  const client = await overHttp(running)
  const { text } = await call(client, { tool: 'get_trace', arguments: { id: story.traceId, limit: '100' } })
  expect(text.length).toBeLessThan(13_000)
  expect(text).toMatch(/cut here|left out/)
})

test('beyond loopback agents are answered only where the user says so, and with the token', async () => {
  const closed = await runConsole({ host: '0.0.0.0' })
  const ask = (running: Running, headers: Record<string, string>) =>
    fetch(new URL('/mcp', running.url), { method: 'POST', headers, body: '{}' })
  const authorization = `Bearer ${closed.token}`
  expect((await ask(closed, {})).status).toBe(401)
  const refused = await ask(closed, { authorization })
  expect([refused.status, await refused.json()]).toEqual([403, { error: expect.stringContaining('--mcp') }])
  const open = await runConsole({ host: '0.0.0.0', mcp: true })
  expect((await ask(open, {})).status).toBe(401)
  const client = await overHttp(open, { authorization: `Bearer ${open.token}` })
  expect((await client.listTools()).tools.length).toBeGreaterThan(5)
  const page = await runConsole()
  expect((await ask(page, { origin: 'https://evil.example' })).status).toBe(403)
})
