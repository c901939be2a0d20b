// `npm run import:picfast`: copies one account's images and albums from a PicFast or Lsky site, through its API.
import { Journal } from './journal.mjs'
import { options, UsageError } from './options.mjs'
import { importAlbums } from './picfast/albums.mjs'
import { importImages } from './picfast/images.mjs'
import { openSource } from './picfast/source.mjs'
import { Target } from './picfast/target.mjs'
import { writeMap } from './picfast/url-map.mjs'
import { Progress } from './progress.mjs'
import { run } from './run.mjs'

const USAGE = `npm run import:picfast -- --from <url> --token <token> --to <url> --to-token <token> [options]

  --from      address of the old site, PicFast or Lsky Pro: https://img.example.com
  --token     token there; or the environment variable FROM_TOKEN, which no process list shows
  --to        address of this Picharbor: http://localhost:8787
  --to-token  token here, img_…, that may read and write; or TO_TOKEN
  --kind      picfast or lsky; found out when absent
  --email     your account at a PicFast, with its password in FROM_PASSWORD: it shows private images to nobody else
  --public    store private images as public
  --resume    file that remembers what is done; picfast-import.ndjson when absent
  --map       file for old and new addresses, .csv or .json; picfast-import.csv when absent`

const OPTIONS = {
  from: { url: true },
  token: { env: 'FROM_TOKEN' },
  to: { url: true },
  'to-token': { env: 'TO_TOKEN' },
  kind: { optional: true, oneOf: ['picfast', 'lsky'] },
  email: { optional: true },
  public: { flag: true },
  resume: { otherwise: 'picfast-import.ndjson' },
  map: { otherwise: 'picfast-import.csv' },
}

await run(async () => {
  const wish = options(process.argv.slice(2), process.env, OPTIONS)
  const { resume, map } = wish
  const password = process.env.FROM_PASSWORD
  if (wish.email && !password) throw new UsageError('--email needs the password in FROM_PASSWORD')
  const account = wish.email ? { email: wish.email, password } : null
  const source = await openSource(wish.from, { token: wish.token, kind: wish.kind, account })
  const target = await Target.open(wish.to, wish.toToken)
  const journal = new Journal(resume, { from: source.base, to: target.base })
  const progress = new Progress()
  console.log(`From ${source.base} (${source.kind}) to ${target.base}; what is done is kept in ${resume}`)
  const albums = await source.albums()
  const images = await source.images(albums)
  const run = { source, target, journal, progress }
  try {
    await importAlbums(run, albums)
    await importImages(run, images, { everythingPublic: wish.public === true })
  } finally {
    writeMap(map, journal.finished('images'))
  }
  return progress.summary(`Old and new addresses are in ${map}.`)
}, USAGE)
