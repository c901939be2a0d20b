import { createHash } from 'node:crypto'
import { Refused } from './http.mjs'

/** The body of what is fetched, or the reason why there is none; one host that is gone is no reason to stop. */
export async function bytesOf(fetching) {
  try {
    const response = await fetching()
    if (response.status !== 200) return missing(response)
    return { bytes: new Uint8Array(await response.arrayBuffer()) }
  } catch (error) {
    const known = error instanceof Refused || error instanceof TypeError || error.name === 'TimeoutError'
    if (known) return { reason: `download: ${error.message}` }
    throw error
  }
}

export function missing(response) {
  return { reason: `download: ${response.status}` }
}

/** What is wrong with bytes as against what the old site says of them; undefined when nothing is. */
export function damage(bytes, { size, md5 }) {
  if (typeof size === 'number' && size !== bytes.byteLength) {
    return `download: ${bytes.byteLength} bytes, where the old site says ${size}`
  }
  if (md5 && md5OfBytes(bytes) !== md5.toLowerCase()) return 'download: another hash than the old site says'
  return undefined
}

export function md5OfBytes(bytes) {
  return createHash('md5').update(bytes).digest('hex')
}
