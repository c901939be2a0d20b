// `npm run import:fileharbor`: copies one client's images, albums and avatars from a FileHarbor server, through its public API.
import { importAlbums } from './albums.mjs'
import { importAvatars } from './avatars.mjs'
import { importImages } from './images.mjs'
import { Journal } from './journal.mjs'
import { options, USAGE, UsageError } from './options.mjs'
import { Progress } from './progress.mjs'
import { Refused, Server } from './server.mjs'
import { findUsers } from './users.mjs'

async function main() {
  const { from, to, key, toKey, resume } = options(process.argv.slice(2), process.env)
  const source = await Server.open(from, key)
  const target = await Server.open(to, toKey)
  const journal = new Journal(resume, { from: source.base, to: target.base })
  const progress = new Progress(journal)
  console.log(`From ${source.base} to ${target.base}; what is done is kept in ${resume}`)
  const images = await source.pages('/images')
  const users = await findUsers(source, images)
  await importImages({ source, target, journal, progress }, images)
  await importAlbums({ source, target, journal, progress }, users)
  await importAvatars({ source, target, journal, progress }, users)
  return progress.summary(resume)
}

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${USAGE}`)
  else if (error instanceof Refused)
    console.error(`\n${error.message}\nRun the same command again to go on where it stopped.`)
  else throw error
  process.exitCode = 2
}
