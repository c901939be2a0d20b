import type { Context as HonoContext } from 'hono'
import { completeMethods } from '#http/allowed-methods.ts'
import { type ApiApp, createApiApp, type ErrorDialect } from '#http/api-app.ts'
import type { AppEnv } from '#http/env.ts'
import { readableAnywhere } from '#http/public-files.ts'

const SCRIPTS = ['/docs/swagger-ui-bundle.js', '/docs/swagger-ui-standalone-preset.js', '/docs/start.js']
const STYLE = '/docs/swagger-ui.css'

type Document = (c: HonoContext<AppEnv>) => object | Promise<object>

interface DocsWire {
  readonly baseUrl: string
  readonly prefix: string
  readonly documents: { readonly fileharbor: Document; readonly picfast: Document }
  /** In whose words refusals are. */
  readonly errors: ErrorDialect
}

/**
 * `/docs`: Swagger UI over both families' documents, its parts served from our own assets (scripts/make-assets.mjs). The
 * documents are at `/openapi/…` whatever the prefix: an empty one leaves `/openapi.json` to PicFast alone.
 */
export function createDocs(wire: DocsWire): ApiApp {
  const app = createApiApp(wire.errors)
  const page = pageOf([
    { name: `FileHarbor API (${wire.prefix || '/'})`, url: '/openapi/fileharbor.json' },
    { name: 'PicFast API (/api/v1)', url: '/openapi/picfast.json' },
  ])
  for (const [name, document] of Object.entries(wire.documents)) {
    app.get(`/openapi/${name}.json`, async (c) =>
      c.json(await document(c), 200, { 'Access-Control-Allow-Origin': '*' }),
    )
    readableAnywhere(app, `/openapi/${name}.json`)
  }
  app.get('/docs', (c) => {
    // As we are asked for, and as a proxy in front of us is.
    const origins = [...new Set([new URL(c.req.url).origin, wire.baseUrl].filter((origin) => origin !== ''))]
    c.header('Content-Security-Policy', policy(origins))
    return c.html(page)
  })
  completeMethods(app)
  return app
}

/** The page's own files and nothing else; Swagger UI draws with inline styles and data: pictures, and asks our API. */
function policy(origins: string[]): string {
  const files = (paths: string[]) => origins.flatMap((origin) => paths.map((path) => origin + path)).join(' ')
  return [
    "default-src 'none'",
    `script-src ${files(SCRIPTS)}`,
    `style-src ${files([STYLE])} 'unsafe-inline'`,
    "img-src 'self' data:",
    `connect-src ${["'self'", ...origins].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function pageOf(documents: { name: string; url: string }[]): string {
  const attribute = JSON.stringify(documents).replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Picharbor API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${STYLE}">
</head>
<body>
<div id="swagger-ui" data-documents="${attribute}"></div>
${SCRIPTS.map((path) => `<script src="${path}"></script>`).join('\n')}
</body>
</html>
`
}
