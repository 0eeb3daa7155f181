/**
 * Looks for known vulnerabilities in the images of a release, with trivy: the one on PATH, else the version named here, built by Go.
 * Those without a fix are left out, since nothing can be done about them here.
 */

import { execa } from 'execa'
import { imageNames, type Parts } from './compose-file.ts'
import { Failure } from './failure.ts'
import type { Host } from './host.ts'

const TRIVY = 'github.com/aquasecurity/trivy/cmd/trivy@v0.74.0'
const FLAGS = ['image', '--quiet', '--severity', 'HIGH,CRITICAL', '--ignore-unfixed', '--exit-code', '1']

/** Throws a Failure that names the images with a vulnerability that has a fix. */
export async function scanImages(host: Host, parts: Parts, release: string): Promise<void> {
  const { failed: absent } = await execa('trivy', ['--version'], { reject: false })
  const [program, ...before] = absent ? ['go', 'run', TRIVY] : ['trivy']
  const vulnerable: string[] = []
  for (const name of imageNames(parts)) {
    const image = `${host.registry}/${name}:${release}`
    const options = { reject: false, stdio: 'inherit', env: { GOEXPERIMENT: 'jsonv2' } } as const
    const { failed } = await execa(program ?? 'trivy', [...before, ...FLAGS, image], options)
    if (failed) vulnerable.push(image)
  }
  if (vulnerable.length > 0) throw new Failure(`Vulnerable, or not scanned, see above: ${vulnerable.join(', ')}`)
}
