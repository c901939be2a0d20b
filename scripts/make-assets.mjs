// Copies Swagger UI out of node_modules into public/docs, from where the worker's own assets are served: no page of ours loads
// anything from another host. wrangler runs this before it serves or deploys (`[build]` in wrangler.toml).
import { copyFileSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const FILES = ['swagger-ui-bundle.js', 'swagger-ui-standalone-preset.js', 'swagger-ui.css', 'LICENSE']

const source = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
const target = fileURLToPath(new URL('../public/docs/', import.meta.url))
mkdirSync(target, { recursive: true })
for (const file of FILES)
  copyFileSync(path.join(source, file), path.join(target, file === 'LICENSE' ? 'swagger-ui.LICENSE' : file))
