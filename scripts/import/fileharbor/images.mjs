import { bytesOf } from '../bytes.mjs'
import { reasonOf, textOf } from '../http.mjs'

const KIND = 'images'

/** Oldest first, so that the newest here are the newest there; each with its owner, tags, description and privacy. */
export async function importImages({ source, target, journal, progress }, images) {
  const oldestFirst = [...images].sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt))
  progress.begin(KIND, oldestFirst.length)
  for (const image of oldestFirst) {
    if (journal.get(KIND, image.id) !== undefined) {
      progress.step(KIND, 'before')
      continue
    }
    const { id, reason } = await copy({ source, target, journal }, image)
    if (id === undefined) progress.fail(KIND, `${image.id} (${image.originalName})`, reason)
    else {
      journal.finish(KIND, image.id, id)
      progress.step(KIND, 'copied')
    }
  }
}

async function copy({ source, target, journal }, image) {
  const arrived = await alreadyThere({ target, journal }, image)
  if (arrived !== undefined) return { id: arrived }
  const { bytes, reason } = await download(source, image)
  if (bytes === undefined) return { reason }
  journal.begin(KIND, image.id)
  const response = await target.send('POST', '/images', { body: formOf(image, bytes) })
  const text = await textOf(response)
  if (response.status !== 201) return { reason: `upload: ${reasonOf(response, text)}` }
  const { id } = JSON.parse(text)
  // In a form a comma separates; in JSON a tag may have one.
  if (image.tags?.some((tag) => tag.includes(','))) {
    await target.json('PATCH', `/images/${id}`, {
      body: { tags: image.tags },
      user: image.user?.externalUserId ?? 'system',
    })
  }
  return { id }
}

function formOf(image, bytes) {
  const form = new FormData()
  form.append('file', new File([bytes], image.originalName || image.id))
  for (const tag of image.tags ?? []) form.append('tags', tag)
  if (image.description) form.append('description', image.description)
  form.append('isPrivate', String(image.isPrivate === true))
  if (image.user?.externalUserId) form.append('userId', image.user.externalUserId)
  if (image.user?.username) form.append('username', image.user.username)
  return form
}

/** A run that was killed between the upload and its line in the journal left the image there: looked for among the newest. */
async function alreadyThere({ target, journal }, image) {
  const begunAt = journal.begunAt(KIND, image.id)
  if (begunAt === undefined) return undefined
  const user = encodeURIComponent(image.user?.externalUserId ?? 'system')
  const { body } = await target.json('GET', `/images?userId=${user}&perPage=100`)
  const CLOCKS_DIFFER_MS = 60_000
  return body?.data?.find(
    (there) =>
      there.originalName === image.originalName &&
      Date.parse(there.createdAt) >= begunAt - CLOCKS_DIFFER_MS &&
      !journal.isTaken(KIND, there.id),
  )?.id
}

/** The bytes the plain URL serves: FileHarbor keeps nothing else. A private image is opened as its owner, or by a share link. */
async function download(source, image) {
  const path = `/images/${image.id}`
  const asOwner = await fetched(source, path, image.user?.externalUserId)
  if (asOwner.bytes !== undefined || !image.isPrivate) return asOwner
  // FileHarbor compares the owner with its internal id, so only a caller that sends that one may share.
  for (const user of [image.user?.id, image.user?.externalUserId]) {
    if (!user) continue
    const { response, body } = await source.json('POST', `${path}/share`, { body: {}, user })
    if (response.status !== 201) continue
    const shared = await fetched(source, `${path}?token=${body.readToken}`)
    await source.json('DELETE', `/images/share/${body.id}`, { user })
    if (shared.bytes !== undefined) return shared
  }
  return { reason: 'private, and neither its owner nor a share link opens it' }
}

async function fetched(source, path, user) {
  const response = await source.send('GET', path, { user })
  const fallback = response.headers.get('X-FileHarbor-Fallback')
  const found = await bytesOf(async () => response)
  return fallback === null || found.bytes === undefined ? found : { reason: `download: ${fallback}` }
}
