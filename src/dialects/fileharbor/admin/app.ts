import type { ApiApp } from '#http/api-app.ts'
import type { FileHarborWire } from '../links.ts'
import { registerChangeAdmins } from './admins/change.ts'
import { registerListAdmins } from './admins/list.ts'
import { registerListAlbums } from './albums/list.ts'
import { registerOneAlbum } from './albums/one.ts'
import { registerChangePassword } from './auth/change-password.ts'
import { registerLogin } from './auth/login.ts'
import { registerLogout } from './auth/logout.ts'
import { registerMe } from './auth/me.ts'
import { registerRefresh } from './auth/refresh.ts'
import { registerAvatars } from './avatars/avatars.ts'
import { registerChangeClients } from './clients/change.ts'
import { registerClientKeysAndAccess } from './clients/keys-and-access.ts'
import { registerListClients } from './clients/list.ts'
import { registerDownloadImage } from './images/download.ts'
import { registerListImages } from './images/list.ts'
import { registerOneImage } from './images/one.ts'
import { registerTags } from './images/tags.ts'
import { registerUploadImages } from './images/upload.ts'
import { registerStats } from './stats.ts'

/** Everything below `/v2/admin`. */
export function registerAdmin(app: ApiApp, wire: FileHarborWire): void {
  registerLogin(app)
  registerRefresh(app)
  registerLogout(app)
  registerMe(app)
  registerChangePassword(app)
  registerListAdmins(app)
  registerChangeAdmins(app)
  registerListClients(app)
  registerChangeClients(app)
  registerClientKeysAndAccess(app)
  registerStats(app)
  registerTags(app)
  registerUploadImages(app, wire)
  registerListImages(app, wire)
  registerOneImage(app, wire)
  registerDownloadImage(app)
  registerAvatars(app, wire)
  registerListAlbums(app, wire)
  registerOneAlbum(app, wire)
}
