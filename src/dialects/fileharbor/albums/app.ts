import type { ApiApp } from '#http/api-app.ts'
import type { FileHarborWire } from '../links.ts'
import { registerCreateAlbum } from './create.ts'
import { registerGetAlbum } from './get.ts'
import { registerAlbumImages } from './images.ts'
import { registerListAlbums } from './list.ts'
import { registerRemoveAlbum } from './remove.ts'
import { registerAlbumTokens } from './tokens.ts'
import { registerUpdateAlbum } from './update.ts'

/** All of `/albums`. */
export function registerAlbums(app: ApiApp, wire: FileHarborWire): void {
  registerCreateAlbum(app)
  registerListAlbums(app, wire)
  registerGetAlbum(app, wire)
  registerUpdateAlbum(app)
  registerRemoveAlbum(app)
  registerAlbumImages(app, wire)
  registerAlbumTokens(app, wire)
}
