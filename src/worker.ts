import { runCron } from '#background/index.ts'
import { errorBody as fileHarborError } from '#dialects/fileharbor/errors.ts'
import { errorBody as picFastError } from '#dialects/picfast/errors.ts'
import type { Services } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { type App, createApp } from './app.ts'
import { type Config, ConfigError, parseConfig } from './config.ts'
import { log } from './log.ts'
import { createServices } from './services.ts'

interface Built {
  readonly config: Config
  readonly services: Services
  readonly app: App
}

/** Built once per isolate: an isolate sees one environment, a test run several. */
const built = new WeakMap<Env, Built>()

function build(env: Env): Built {
  const known = built.get(env)
  if (known !== undefined) return known
  const config = parseConfig(env)
  const services = createServices(env, config)
  const fresh = { config, services, app: createApp(config, services) }
  built.set(env, fresh)
  return fresh
}

export default {
  fetch(request, env, ctx) {
    try {
      return build(env).app.fetch(request, env, ctx)
    } catch (error) {
      return misconfigured(error, request.url)
    }
  },
  async scheduled(controller, env, ctx) {
    await runCron(controller.cron, build(env).services, (work) => ctx.waitUntil(work))
  },
} satisfies ExportedHandler<Env>

/**
 * Without a usable configuration nothing is served, each family's clients told in their own shape; the log names the variables, the
 * answer does not.
 */
function misconfigured(error: unknown, url: string): Response {
  if (!(error instanceof ConfigError)) throw error
  log('error', error.message)
  const refusal = new AppError('unavailable', 'The service is not configured; its log says what is missing')
  const isPicFast = new URL(url).pathname.startsWith('/api/v1/')
  const body = isPicFast ? picFastError(refusal) : fileHarborError(refusal, 503, url, new Date())
  return Response.json(body, { status: 503, headers: { 'Retry-After': '60', 'Cache-Control': 'no-store' } })
}
