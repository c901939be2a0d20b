import { type ApiApp, closeApiApp, createApiApp } from '#http/api-app.ts'
import { apiCors } from '#http/cors.ts'
import type { Wire } from '#http/wire.ts'
import { registerGroupStrategies } from './admin/groups/strategies.ts'
import { registerStrategyAdministration } from './admin/strategies/app.ts'
import { registerAlbums } from './albums/app.ts'
import { registerLogin } from './auth/login.ts'
import { registerLogout } from './auth/logout.ts'
import { registerRefresh } from './auth/refresh.ts'
import { registerRegister } from './auth/register.ts'
import { registerResetPassword } from './auth/reset-password.ts'
import { registerVerifyEmail } from './auth/verify-email.ts'
import { anyone } from './auth.ts'
import { registerFlat } from './clients/flat.ts'
import { registerLskyToken } from './clients/lsky-token.ts'
import { registerShareX } from './clients/sharex.ts'
import { errorDialect } from './errors.ts'
import { setupGate } from './gate.ts'
import { registerList } from './images/list.ts'
import { registerOne } from './images/one.ts'
import { registerPipeline } from './images/pipeline.ts'
import { registerUpload } from './images/upload.ts'
import { completeDocument } from './openapi.ts'
import { registerSetup } from './setup/create.ts'
import { registerSetupStatus } from './setup/status.ts'
import { registerStrategies } from './strategies/list.ts'
import { registerConfig } from './system/config.ts'
import { registerVersion } from './system/version.ts'
import { registerTags } from './tags/app.ts'
import { registerApiTokens } from './tokens/app.ts'
import { registerMe } from './users/me.ts'

/** PicFast's `/api/v1`. */
export function createPicFastApp(wire: Wire): ApiApp {
  const app = createApiApp(errorDialect)
  app.use(apiCors(wire.corsOrigin))
  app.use(setupGate)
  app.use(anyone)
  registerVersion(app)
  registerConfig(app)
  registerSetupStatus(app)
  registerSetup(app)
  registerRegister(app)
  registerLogin(app)
  registerRefresh(app)
  registerLogout(app)
  registerVerifyEmail(app)
  registerResetPassword(app)
  registerMe(app)
  registerApiTokens(app)
  registerUpload(app)
  registerList(app)
  registerPipeline(app)
  registerOne(app)
  registerAlbums(app)
  registerTags(app)
  registerStrategies(app)
  registerStrategyAdministration(app)
  registerGroupStrategies(app)
  registerFlat(app)
  registerShareX(app)
  registerLskyToken(app)
  completeDocument(app)
  closeApiApp(app, errorDialect)
  return app
}
