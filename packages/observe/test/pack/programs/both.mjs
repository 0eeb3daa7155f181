/**
 * A program that has both halves in one process, as when an ES module service uses a CommonJS plugin: the adapter of one
 * half works on the instance of the other, and a second `observe()` is refused whichever half it comes from.
 */

import { createRequire } from 'node:module'
import { adminListener, observe } from '@lab/observe'
import { serveOnce } from './service.mjs'

const require = createRequire(import.meta.url)
const commonJs = require('@lab/observe')
const { observeHttp } = require('@lab/observe/http')

function observeOnce(options) {
  const obs = observe(options)
  try {
    commonJs.observe({ service: 'second' })
  } catch (error) {
    obs.log.error(error)
  }
  return obs
}

await serveOnce({ observe: observeOnce, adminListener, observeHttp })
