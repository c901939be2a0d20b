import { bytesOf } from '../bytes.mjs'
import { reasonOf, textOf } from '../http.mjs'

const KIND = 'avatars'

/** The avatar of every user known; who has none is no failure. */
export async function importAvatars({ source, target, journal, progress }, users) {
  progress.begin(KIND, users.size)
  for (const [internalId, user] of users) {
    if (journal.get(KIND, user) !== undefined) {
      progress.step(KIND, 'before')
      continue
    }
    const { id, absent, reason } = await copy({ source, target }, internalId, user)
    if (id !== undefined) journal.finish(KIND, user, id)
    if (reason !== undefined) progress.fail(KIND, user, reason)
    else progress.step(KIND, absent ? 'absent' : 'copied')
  }
}

async function copy({ source, target }, internalId, user) {
  const path = `/avatars/${encodeURIComponent(user)}`
  const info = await source.json('GET', `${path}?info=true`)
  if (info.response.status === 404) return { absent: true }
  if (info.response.status !== 200) return { reason: info.reason }
  // FileHarbor answers with the first user of that name in any client: another client's picture is not ours to copy.
  if (info.body.userId !== internalId) return { absent: true }
  const response = await source.send('GET', path)
  const { bytes, reason } = await bytesOf(async () => response)
  if (bytes === undefined) return { reason }
  const form = new FormData()
  form.append('externalUserId', user)
  form.append('file', new File([bytes], 'avatar.webp'))
  const uploaded = await target.send('POST', '/avatars', { body: form })
  const text = await textOf(uploaded)
  return uploaded.status === 201 ? { id: JSON.parse(text).id } : { reason: `upload: ${reasonOf(uploaded, text)}` }
}
