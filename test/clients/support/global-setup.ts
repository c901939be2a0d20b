import type { TestProject } from 'vitest/node'
import { makeToken, setUp, startLocalSite } from '../../node/support/local-site.ts'

declare module 'vitest' {
  interface ProvidedContext {
    site: { readonly base: string; readonly token: string; readonly reader: string }
  }
}

/** One worker for all clients. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { base, stop } = await startLocalSite()
  const accessToken = await setUp(base)
  const token = await makeToken(base, accessToken)
  project.provide('site', { base, token, reader: await makeToken(base, accessToken, 'read') })
  return stop
}
