import { Http, Refused } from '../http.mjs'
import { LskySource } from './lsky-source.mjs'
import { PicFastSource } from './picfast-source.mjs'

/**
 * The old site, of which kind it ever is: `base`, `kind`, `albums()`, `images(albums)`, `download(image)`.
 *
 * @throws Refused when it is neither, or does not know the token
 */
export async function openSource(url, { token, kind, account }) {
  const base = url.replace(/\/+$/, '').replace(/\/api\/v1$/, '')
  // Lsky answers anybody who does not ask for JSON with its sign-in page.
  const http = new Http(base, { Authorization: `Bearer ${token}`, Accept: 'application/json' })
  const { response, body, reason } = await http.json('GET', '/api/v1/images?page=1')
  if (response.status === 401 || response.status === 403) throw new Refused(`${base} refuses the token: ${reason}`)
  const found = kindOf(body)
  if (found === null) {
    throw new Refused(`${base} answers like neither PicFast nor Lsky: GET ${base}/api/v1/images: ${reason}`)
  }
  if (kind !== undefined && kind !== found) throw new Refused(`${base} answers like ${found}, not like ${kind}`)
  return found === 'lsky' ? new LskySource(http) : new PicFastSource(http, account)
}

function kindOf(body) {
  if (body?.status !== true) return null
  if (Array.isArray(body.data?.items)) return 'picfast'
  return Array.isArray(body.data?.data) ? 'lsky' : null
}
