import { type ApiApp, closeApiApp, createApiApp } from '#http/api-app.ts'
import { apiCors } from '#http/cors.ts'
import { VERSION } from '#http/version.ts'
import { registerAdmin } from './admin/app.ts'
import { registerAlbums } from './albums/app.ts'
import { registerGetAvatar } from './avatars/get.ts'
import { registerRemoveAvatar } from './avatars/remove.ts'
import { registerUploadAvatar } from './avatars/upload.ts'
import { registerDelivery } from './client/delivery.ts'
import { registerPresets } from './client/presets.ts'
import { registerStats } from './client/stats.ts'
import { registerStatus } from './client/status.ts'
import { errorDialect } from './errors.ts'
import { registerGet } from './images/get.ts'
import { registerList } from './images/list.ts'
import { registerRemove } from './images/remove.ts'
import { registerShare } from './images/share.ts'
import { registerSign } from './images/sign.ts'
import { registerUpdate } from './images/update.ts'
import { registerUpload } from './images/upload.ts'
import type { FileHarborWire } from './links.ts'
import { publishDocument } from './openapi.ts'

/** FileHarbor's `/v2`. */
export function createFileHarborApp(wire: FileHarborWire): ApiApp {
  const app = createApiApp(errorDialect)
  app.use(apiCors(wire.corsOrigin))
  registerUpload(app, wire)
  registerList(app, wire)
  registerShare(app, wire)
  registerGet(app, wire)
  registerUpdate(app, wire)
  registerRemove(app)
  registerAlbums(app, wire)
  registerUploadAvatar(app, wire)
  registerGetAvatar(app, wire)
  registerRemoveAvatar(app)
  registerStats(app)
  registerSign(app)
  registerPresets(app)
  registerDelivery(app)
  registerStatus(app, VERSION)
  registerAdmin(app, wire)
  publishDocument(app, wire.prefix)
  closeApiApp(app, errorDialect)
  return app
}
