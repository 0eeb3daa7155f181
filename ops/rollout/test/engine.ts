/**
 * The real Docker engine of the roll-out's tests, and images made on it without a registry: Node.js, kamal-proxy and Prometheus of this
 * machine, each with the libraries that it loads.
 */

import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findTool } from '@ops/tools'
import { execa } from 'execa'

const shop = join(import.meta.dirname, 'shop')
const CHANGES = ['--change', 'ENV PATH=/:/bin:/usr/local/bin']

/** Why the tests cannot run here; undefined where they can. */
export async function whyNot(): Promise<string | undefined> {
  for (const [args, what] of [
    [['version', '--format', '{{.Server.Version}}'], 'no Docker engine answers'],
    [['compose', 'version'], 'Docker has no Compose plugin'],
  ] as const) {
    const { failed } = await execa('docker', args, { reject: false })
    if (failed) return what
  }
  return (await findTool('kamal-proxy')) ? undefined : 'no kamal-proxy; run `pnpm tools kamal-proxy`'
}

/** Base images: Node.js with the program of the shop, the proxy, and Prometheus where it is on this machine. */
export async function buildBases(): Promise<void> {
  await importImage('rollout-test/node', { '/node': process.execPath }, [
    '--change',
    'ENTRYPOINT ["/node"]',
    '--change',
    'CMD ["/app.mjs"]',
  ])
  await buildImage('rollout-test/database:latest', '')
  const proxy = await findTool('kamal-proxy')
  await importImage('rollout-test/proxy', { '/bin/kamal-proxy': proxy?.path ?? '' }, [])
  const [prometheus, promtool] = await Promise.all([findTool('prometheus'), findTool('promtool')])
  if (!prometheus || !promtool) throw new Error('no Prometheus; run `pnpm tools prometheus`')
  await importImage('rollout-test/prometheus', { '/bin/prometheus': prometheus.path, '/bin/promtool': promtool.path }, [
    '--change',
    'ENTRYPOINT ["/bin/prometheus"]',
  ])
}

/** A release of the small shop: image `rollout-test/gateway:NAME`. */
export async function buildRelease(name: string, fault = '', registry = 'rollout-test'): Promise<void> {
  await buildImage(`${registry}/gateway:${name}`, `ENV RELEASE=${name} FAULT=${fault}`)
}

async function buildImage(tag: string, line: string): Promise<void> {
  const dockerfile = [
    'FROM rollout-test/node',
    'COPY app.mjs /app.mjs',
    line,
    'LABEL org.opencontainers.image.revision=abc123 org.opencontainers.image.created=2026-11-29T08:00:00Z',
    'HEALTHCHECK --interval=1s --timeout=10s --retries=3 CMD ["/node", "/app.mjs", "healthy", "9464"]',
  ].join('\n')
  await execa('docker', ['build', '--quiet', '--tag', tag, '--file', '-', shop], {
    input: dockerfile,
    env: { DOCKER_BUILDKIT: '0' },
  })
}

async function importImage(
  tag: string,
  programs: Readonly<Record<string, string>>,
  changes: readonly string[],
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'image-'))
  try {
    for (const [target, program] of Object.entries(programs)) {
      await install(root, target, program)
      const { stdout } = await execa('ldd', [program], { reject: false })
      for (const [library] of stdout.matchAll(/\/\S+/g)) await install(root, library, library)
    }
    await mkdir(join(root, 'tmp'))
    await chmod(join(root, 'tmp'), 0o777)
    await mkdir(join(root, 'etc'))
    await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/none\n')
    const tar = execa('tar', ['-C', root, '-c', '.'], { encoding: 'buffer', maxBuffer: 1_000_000_000 })
    await tar.pipe('docker', ['import', ...CHANGES, ...changes, '-', tag])
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function install(root: string, target: string, source: string): Promise<void> {
  await mkdir(dirname(join(root, target)), { recursive: true })
  await copyFile(source, join(root, target))
  await chmod(join(root, target), 0o755)
}
