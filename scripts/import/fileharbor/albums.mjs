const KIND = 'albums'
/** Ids the target takes in one call. */
const CHUNK = 100

/** Albums with their owner, own id, members in order and cover, oldest first. */
export async function importAlbums({ source, target, journal, progress }, users) {
  const albums = await source.pages('/albums')
  progress.begin(KIND, albums.length)
  for (const album of albums.reverse()) {
    if (journal.get(KIND, album.id) !== undefined) {
      progress.step(KIND, 'before')
      continue
    }
    const owner = album.user?.externalUserId ?? users.get(album.userId)
    const problem = await copy({ source, target, journal, progress }, album, owner ?? 'system')
    if (problem !== undefined) progress.fail(KIND, `${album.id} (${album.name})`, problem)
    else {
      if (owner === undefined) progress.warn(KIND, `${album.id} (${album.name})`, 'owner unknown, now of user "system"')
      progress.step(KIND, 'copied')
    }
  }
}

async function copy({ source, target, journal, progress }, album, owner) {
  const members = await membersOf(source, album, owner)
  const made = await create(target, album, owner, journal.begunAt(KIND, album.id) !== undefined, () =>
    journal.begin(KIND, album.id),
  )
  if (made.id === undefined) return made.reason
  const ids = members.map((image) => journal.get('images', image.id)).filter((id) => id !== undefined)
  if (ids.length < members.length) {
    progress.warn(KIND, `${album.id} (${album.name})`, `${members.length - ids.length} images are missing in it`)
  }
  for (let start = 0; start < ids.length; start += CHUNK) {
    const imageIds = ids.slice(start, start + CHUNK)
    const { response, reason } = await target.json('POST', `/albums/${made.id}/images`, {
      body: { imageIds },
      user: owner,
    })
    if (response.status !== 201) return `images: ${reason}`
  }
  const cover = album.coverImageId && journal.get('images', album.coverImageId)
  if (cover) await target.json('PATCH', `/albums/${made.id}`, { body: { coverImageId: cover }, user: owner })
  journal.finish(KIND, album.id, made.id)
}

async function create(target, album, owner, begun, begin) {
  if (album.externalAlbumId) {
    const known = await target.json('GET', `/albums/external/${encodeURIComponent(album.externalAlbumId)}`, {
      user: owner,
    })
    if (known.response.status === 200) return { id: known.body.id }
  } else if (begun) {
    const query = `userId=${encodeURIComponent(owner)}&search=${encodeURIComponent(album.name)}`
    const { body } = await target.json('GET', `/albums?${query}`)
    const known = body?.data?.find((there) => there.name === album.name.trim())
    if (known) return { id: known.id }
  }
  begin()
  const { name, description, isPublic, externalAlbumId } = album
  const body = {
    name: name?.trim() || 'Album',
    isPublic: isPublic === true,
    ...(description && { description }),
    ...(externalAlbumId && { externalAlbumId }),
  }
  const { response, body: made, reason } = await target.json('POST', '/albums', { body, user: owner })
  return response.status === 201 ? { id: made.id } : { reason }
}

/** In order where the server says it; else as FileHarbor lists an album's images, oldest first. */
async function membersOf(source, album, owner) {
  try {
    const user = encodeURIComponent(owner)
    return await source.pages(`/albums/${album.id}/images?externalUserId=${user}`)
  } catch (error) {
    if (error.status === undefined) throw error
    const listed = await source.pages(`/images?albumId=${album.id}`)
    return listed.reverse()
  }
}
