// `npm run import:fileharbor`: copies one client's images, albums and avatars from a FileHarbor server, through its public API.
import { importAlbums } from './fileharbor/albums.mjs'
import { importAvatars } from './fileharbor/avatars.mjs'
import { importImages } from './fileharbor/images.mjs'
import { Server } from './fileharbor/server.mjs'
import { findUsers } from './fileharbor/users.mjs'
import { Journal } from './journal.mjs'
import { options } from './options.mjs'
import { Progress } from './progress.mjs'
import { run } from './run.mjs'

const USAGE = `npm run import:fileharbor -- --from <url> --key <key> --to <url> --to-key <key> [--resume <file>]

  --from    base URL of the FileHarbor server, with or without its prefix: https://files.example.com/v2
  --key     API key of the client there; or the environment variable FROM_KEY, which no process list shows
  --to      base URL of this Picharbor: http://localhost:8787
  --to-key  API key of the client here; or TO_KEY
  --resume  file that remembers what is done and which id became which; fileharbor-import.ndjson when absent`

const OPTIONS = {
  from: { url: true },
  key: { env: 'FROM_KEY' },
  to: { url: true },
  'to-key': { env: 'TO_KEY' },
  resume: { otherwise: 'fileharbor-import.ndjson' },
}

await run(async () => {
  const { from, to, key, toKey, resume } = options(process.argv.slice(2), process.env, OPTIONS)
  const source = await Server.open(from, key)
  const target = await Server.open(to, toKey)
  const journal = new Journal(resume, { from: source.base, to: target.base })
  const progress = new Progress()
  console.log(`From ${source.base} to ${target.base}; what is done is kept in ${resume}`)
  const images = await source.pages('/images')
  const users = await findUsers(source, images)
  await importImages({ source, target, journal, progress }, images)
  await importAlbums({ source, target, journal, progress }, users)
  await importAvatars({ source, target, journal, progress }, users)
  return progress.summary(`Old and new ids are in ${resume}.`)
}, USAGE)
