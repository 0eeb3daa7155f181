/** A consumer written as ES modules. */

import { adminListener, observe } from '@lab/observe'
import { observeHttp } from '@lab/observe/http'
import { serveOnce } from './service.mjs'

await serveOnce({ observe, adminListener, observeHttp })
