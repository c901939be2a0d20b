import { Refused } from './http.mjs'
import { UsageError } from './options.mjs'

/** Runs an import. Ends with 0 when everything is there, 1 when something is missing, 2 when it could not work. */
export async function run(main, usage) {
  try {
    process.exitCode = (await main()) ? 0 : 1
  } catch (error) {
    if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`)
    else if (error instanceof Refused)
      console.error(`\n${error.message}\nRun the same command again to go on where it stopped.`)
    else throw error
    process.exitCode = 2
  }
}
