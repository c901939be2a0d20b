import photon from '@cf-wasm/photon/photon.wasm'
import avifDecoder from '@jsquash/avif/codec/dec/avif_dec.wasm'
import avifEncoder from '@jsquash/avif/codec/enc/avif_enc.wasm'
import argon2 from '@phi-ag/argon2/argon2.wasm'
import { CacheApi } from '#cache/cache-api.ts'
import { openDatabase } from '#db/client.ts'
import type { PublicUrls, Services } from '#domain/context.ts'
import { ViewCounter } from '#domain/delivery/views.ts'
import { MetricCounter } from '#domain/metrics/counter.ts'
import { Stores } from '#domain/stores/stores.ts'
import { AdmittingEngine } from '#imaging/admitting-engine.ts'
import pixels from '#imaging/codecs/pixels.wasm'
import { WasmEngine } from '#imaging/wasm-engine.ts'
import { HttpMailer } from '#mail/http-mailer.ts'
import { FetchPoster } from '#outbound/fetch-poster.ts'
import type { RemoteStore, StoreLocation } from '#storage/object-store.ts'
import { R2Store } from '#storage/r2.ts'
import { S3Store } from '#storage/s3.ts'
import { WebDavStore } from '#storage/webdav.ts'
import type { Config } from './config.ts'
import { Argon2Hasher } from './crypto/argon2.ts'
import { deriveKey } from './crypto/derive-key.ts'
import { log } from './log.ts'

/** One for the isolate, whatever environments it sees: its budget is the isolate's memory. */
const engine = new AdmittingEngine(new WasmEngine({ native: pixels, photon, avifDecoder, avifEncoder }))

/** The only place that picks concrete furniture. */
export function createServices(env: Env, config: Config): Services {
  return {
    db: openDatabase(env.DB),
    bucket: new R2Store(env.BUCKET),
    stores: new Stores(openStore),
    cache: new CacheApi('picharbor'),
    engine,
    passwords: new Argon2Hasher(argon2),
    keys: (purpose) => deriveKey(config.SECRET_KEY, purpose),
    metrics: new MetricCounter(config.VIEW_FLUSH_SECONDS),
    poster: new FetchPoster(),
    mailer: config.MAIL_URL === '' ? null : new HttpMailer(config.MAIL_URL, config.MAIL_TOKEN, config.MAIL_FROM),
    publicUrls: publicUrls(config),
    views: new ViewCounter(config.VIEW_FLUSH_SECONDS),
    policy: {
      maxFileBytes: config.MAX_FILE_SIZE,
      maxPixels: config.MAX_PIXELS,
      thumbnailSide: config.THUMBNAIL_SIZE,
      thumbnailQuality: config.THUMBNAIL_QUALITY,
      descriptorTtlSeconds: config.DESCRIPTOR_TTL,
      allowPrivateStorage: config.ALLOW_PRIVATE_STORAGE === 'true',
      rates: {
        login: config.RATE_LIMIT_LOGIN,
        refresh: config.RATE_LIMIT_REFRESH,
        register: config.RATE_LIMIT_REGISTER,
        setup: config.RATE_LIMIT_REGISTER,
        redeem: config.RATE_LIMIT_REGISTER,
        upload: config.RATE_LIMIT_UPLOAD,
        write: config.RATE_LIMIT_WRITE,
      },
    },
    now: () => new Date(),
    log,
  }
}

function openStore(location: StoreLocation): RemoteStore {
  return location.kind === 's3' ? new S3Store(location) : new WebDavStore(location)
}

function publicUrls({ BASE_URL, API_PREFIX }: Config): PublicUrls {
  const root = BASE_URL === '' ? null : `${BASE_URL}${API_PREFIX === '' ? '' : `/${API_PREFIX}`}`
  const under = (path: string) => (root === null ? null : root + path)
  return {
    site: BASE_URL === '' ? null : BASE_URL,
    image: (uid) => under(`/images/${uid}`),
    avatar: (externalId, tenantUid) => under(`/avatars/${encodeURIComponent(externalId)}?client=${tenantUid}`),
  }
}
