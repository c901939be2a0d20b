import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildFacts } from '../../scripts/start/build-facts.mjs'
import { buildWorker } from '../bench/delivery/servers/bundle.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'picharbor-version-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const NOW = new Date('2026-05-04T09:30:00Z')
const TIME = ['--define', 'BUILD_TIME:"2026-05-04T09:30:00.000Z"']
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim()

describe('what a build knows of itself', () => {
  it('is its time alone where there is no git checkout, or somebody else’s around it', () => {
    expect(buildFacts(folder, NOW)).toEqual(TIME)
    git('init', '-q')
    // Without a commit yet.
    expect(buildFacts(folder, NOW)).toEqual(TIME)
    git('commit', '-q', '--allow-empty', '-m', 'x')
    const inside = path.join(folder, 'unpacked')
    mkdirSync(inside)
    expect(buildFacts(inside, NOW)).toEqual(TIME)
  })

  it('is the commit, and whether something was changed since', () => {
    git('init', '-q')
    writeFileSync(path.join(folder, 'a'), '1')
    git('add', 'a')
    git('commit', '-q', '-m', 'x')
    const head = git('rev-parse', 'HEAD')
    writeFileSync(path.join(folder, 'untracked'), '1')
    expect(buildFacts(folder, NOW)).toEqual([...TIME, '--define', `BUILD_COMMIT:"${head}"`])
    writeFileSync(path.join(folder, 'a'), '2')
    expect(buildFacts(folder, NOW).at(-1)).toBe(`BUILD_COMMIT:"${head}-dirty"`)
  })

  it('is in the worker that is deployed', () => {
    buildWorker(folder)
    const script = readFileSync(path.join(folder, 'worker.js'), 'utf8')
    const facts = buildFacts().filter((argument) => argument.startsWith('BUILD_COMMIT:'))
    for (const fact of facts) expect(script).toContain(JSON.parse(fact.slice('BUILD_COMMIT:'.length)))
    const times = [...script.matchAll(/"(\d{4}-\d\d-\d\dT[\d:.]+Z)"/g)].map(([, time]) => Date.parse(time as string))
    // Examples of the documents are times too, of other days.
    expect(times.filter((time) => Math.abs(time - Date.now()) < 10 * 60_000)).toHaveLength(1)
  })
})
