/**
 * Security headers for pages and API alike. The storefront is files of its own origin and nothing else, so the content
 * security policy allows just that: no inline script or style, no frame around it, no form that goes elsewhere.
 */

import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

export async function secureHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'"],
        'connect-src': ["'self'"],
        'form-action': ["'self'"],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
    // TLS ends in front of the gateway, and a browser that once saw this header on localhost would refuse plain HTTP
    // for every other project there.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'same-origin' },
  })
}
