const KIND = 'albums'

/** Oldest first, so that the newest here are the newest there; one whose name is there already is that one. */
export async function importAlbums({ target, journal, progress }, albums) {
  const there = new Map((await target.albums()).map(({ name, id }) => [name, id]))
  progress.begin(KIND, albums.length)
  for (const album of [...albums].sort((a, b) => a.id - b.id)) {
    if (journal.get(KIND, album.id) !== undefined) {
      progress.step(KIND, 'before')
      continue
    }
    const name = album.name?.trim() || 'Album'
    const known = there.get(name)
    const { id, reason } = known === undefined ? await target.createAlbum({ ...album, name }) : { id: known }
    if (id === undefined) progress.fail(KIND, album.name, reason)
    else {
      there.set(name, id)
      journal.finish(KIND, album.id, id)
      progress.step(KIND, 'copied')
    }
  }
}
