import type { Context as HonoContext } from 'hono'
import type { DeliveryRequest } from '#domain/delivery/delivery.ts'
import { type Signature, signedText } from '#domain/delivery/signature.ts'
import { acceptedFormats } from './accept.ts'
import { isStale, isUnchanged } from './conditional.ts'
import { entityTag } from './delivery-response.ts'
import type { AppEnv } from './env.ts'
import { answerRange } from './range.ts'

type FromHeaders = Pick<DeliveryRequest, 'accepts' | 'stale' | 'unchanged' | 'slice' | 'signature'>

/**
 * What HTTP itself says about an image request, the same in every dialect.
 *
 * @param prefix of every validator, where one URL shows one image after another
 */
export function imageRequest(c: HonoContext<AppEnv>, prefix = ''): FromHeaders {
  const etagOf = (validator: string) => entityTag(prefix + validator)
  return {
    accepts: acceptedFormats(c.req.header('Accept')),
    stale: (validator, modifiedAt) => {
      const conditions = {
        ifMatch: c.req.header('If-Match'),
        ifUnmodifiedSince: c.req.header('If-Unmodified-Since'),
      }
      return isStale(conditions, etagOf(validator), modifiedAt)
    },
    unchanged: (validator, modifiedAt) => {
      const conditions = {
        ifNoneMatch: c.req.header('If-None-Match'),
        ifModifiedSince: c.req.header('If-Modified-Since'),
      }
      return isUnchanged(conditions, etagOf(validator), modifiedAt)
    },
    slice: (size, validator) => {
      const etag = validator === null ? null : etagOf(validator)
      // Range is defined for GET alone (RFC 9110 §14.2).
      const range = c.req.method === 'GET' ? c.req.header('Range') : undefined
      return answerRange(range, c.req.header('If-Range'), size, etag)
    },
    signature: signatureOf(new URL(c.req.url)),
  }
}

/** `exp` in seconds since the epoch, and `sig` over everything else in path and query. */
function signatureOf(url: URL): Signature | null {
  const sig = url.searchParams.get('sig')
  if (sig === null) return null
  const exp = url.searchParams.get('exp')
  const expiresAt = exp === null ? null : /^\d{1,12}$/.test(exp) ? Number(exp) : 0
  return { text: signedText(url.pathname, url.searchParams), sig, expiresAt }
}
