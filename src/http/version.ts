import { version } from '../../package.json'

/** Constants that `npm start` and `npm run deploy` put in (scripts/start/build-facts.mjs); plain wrangler does not. */
declare const BUILD_COMMIT: string | undefined
declare const BUILD_TIME: string | undefined

export const VERSION = version
/** Of the sources, with `-dirty` where they were changed since. */
export const COMMIT = typeof BUILD_COMMIT === 'string' ? BUILD_COMMIT : 'unknown'
/** ISO 8601. */
export const BUILT_AT = typeof BUILD_TIME === 'string' ? BUILD_TIME : 'unknown'
