import { damage, md5OfBytes } from '../bytes.mjs'

const KIND = 'images'

/** Oldest first, so that the newest here are the newest there; each with its name, album, permission and end. */
export async function importImages(run, images, { everythingPublic }) {
  const { source, journal, progress } = run
  const oldestFirst = [...images].sort((a, b) => timeOf(a) - timeOf(b))
  progress.begin(KIND, oldestFirst.length)
  let stripped = 0
  for (const image of oldestFirst) {
    if (journal.get(KIND, image.id) !== undefined) {
      progress.step(KIND, 'before')
      continue
    }
    if (image.expiresAt !== null && Date.parse(image.expiresAt) <= Date.now()) {
      progress.step(KIND, 'absent')
      continue
    }
    const { stored, md5, reason } = await copy(run, image, everythingPublic)
    if (stored === undefined) {
      progress.fail(KIND, `${image.id} (${image.name})`, reason)
      continue
    }
    if (md5 !== undefined && md5 !== stored.md5) stripped++
    journal.finish(KIND, image.id, stored.key, addresses(image, stored))
    progress.step(KIND, 'copied')
    noteChanges(progress, image, stored)
  }
  if (stripped > 0) progress.note(`${stripped} images were stored without the metadata they had`)
  const hidden = images.filter(({ isPrivate }) => isPrivate).length
  if (source.kind === 'lsky' && hidden > 0 && !everythingPublic) {
    progress.note(
      `${hidden} images are private: Lsky's links to them opened for everybody, links here do not; see --public`,
    )
  }
}

async function copy({ source, target, journal }, image, everythingPublic) {
  const since = journal.begunAt(KIND, image.id)
  if (since !== undefined) {
    const stored = await target.findArrived(image, since, (key) => journal.isTaken(KIND, key))
    if (stored !== undefined) return { stored }
  }
  const { bytes, md5, reason } = await source.download(image)
  if (bytes === undefined) return { reason }
  const wrong = damage(bytes, { size: image.size, md5 })
  if (wrong !== undefined) return { reason: wrong }
  const albumId = image.albumId === null ? undefined : journal.get('albums', image.albumId)
  const isPrivate = !image.isApproved || (image.isPrivate && !everythingPublic)
  journal.begin(KIND, image.id)
  const uploaded = await target.upload(image, bytes, { albumId, permission: isPrivate ? 0 : 1 })
  if (uploaded.image === undefined) return { reason: uploaded.reason }
  return { stored: uploaded.image, md5: md5OfBytes(bytes) }
}

/** What people's posts say, and what they should say now. */
function addresses({ url, thumbnailUrl, name, createdAt }, stored) {
  return {
    old: url,
    new: stored.links.url,
    oldThumbnail: thumbnailUrl,
    newThumbnail: stored.links.thumbnail_url,
    name,
    createdAt,
  }
}

function noteChanges(progress, image, stored) {
  const what = `${image.id} (${image.name})`
  const turned = stored.width === image.height && stored.height === image.width
  if (image.width > 0 && stored.width !== image.width && !turned) {
    progress.warn(KIND, what, `${stored.width}×${stored.height} here, ${image.width}×${image.height} there`)
  }
  if (!image.isApproved) progress.note(`${KIND} ${what}: not approved there, private here`)
}

function timeOf({ createdAt }) {
  return Date.parse(createdAt) || 0
}
