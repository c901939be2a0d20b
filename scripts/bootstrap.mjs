// `npm run bootstrap:remote`: the first client of a deployed Picharbor. Its API key is printed once and kept nowhere.
import { bootstrapRemote } from './start/bootstrap.mjs'

const apiKey = bootstrapRemote()
console.log(apiKey === null ? 'There is a client already; its API key cannot be shown again.' : `API key: ${apiKey}`)
