import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const ROOT = path.join(import.meta.dirname, '../..')
const SRC = path.join(ROOT, 'src')
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(SRC, file), 'utf8')
  return [...text.matchAll(/^(?:import|export)[^'"]*from '([^']+)'/gm)].map(([, specifier]) => {
    if (specifier!.startsWith('.')) return path.join(path.dirname(file), specifier!)
    return specifier!.replace(/^#/, '')
  })
}

describe('the house', () => {
  it('has no circle between the nouns of the domain', () => {
    const edges = new Map<string, Set<string>>()
    const noun = (file: string) => /^domain\/([^/]+)\//.exec(file)?.[1]
    for (const file of files) {
      const from = noun(file)
      for (const to of importsOf(file).map(noun)) {
        if (from && to && from !== to) edges.set(from, (edges.get(from) ?? new Set()).add(to))
      }
    }
    const walk = (start: string, trail: string[]): string[] | null => {
      for (const next of edges.get(start) ?? []) {
        if (trail.includes(next)) return [...trail.slice(trail.indexOf(next)), next]
        const circle = walk(next, [...trail, next])
        if (circle) return circle
      }
      return null
    }
    for (const start of edges.keys()) expect(walk(start, [start])).toBeNull()
  })

  it('keeps files small: one idea each', () => {
    const long = files.filter((file) => readFileSync(path.join(SRC, file), 'utf8').split('\n').length > 400)
    expect(long).toEqual([])
  })
})

describe('the walls', () => {
  const rooms: [string, string, RegExp][] = [
    ['domain', "import { Hono } from 'hono'\nexport const x = Hono", /domain knows no HTTP/],
    ['domain', "import { R2Store } from '#storage/r2.ts'\nexport const x = R2Store", /through their interfaces/],
    ['dialects/fileharbor', "import { images } from '#db/schema/index.ts'\nexport const x = images", /calls one verb/],
    [
      'dialects/picfast',
      "import { requireApiKey } from '#dialects/fileharbor/auth.ts'\nexport const x = requireApiKey",
      /http\//,
    ],
    ['imaging', "import { AppError } from '#domain/errors.ts'\nexport const x = AppError", /pure library/],
    ['storage', "import { AppError } from '#domain/errors.ts'\nexport const x = AppError", /know no other room/],
    ['db', "import { AppError } from '#domain/errors.ts'\nexport const x = AppError", /db holds tables/],
    ['http', "import { images } from '#db/schema/index.ts'\nexport const x = images", /http knows HTTP/],
    ['background', "import { STATUS } from '#http/status.ts'\nexport const x = STATUS", /background says when/],
  ]
  // A house of the same plan elsewhere: what a killed test leaves is not in ours.
  const house = mkdtempSync(path.join(tmpdir(), 'picharbor-walls-'))
  const { vcs: _, ...rules } = JSON.parse(readFileSync(path.join(ROOT, 'biome.json'), 'utf8'))
  writeFileSync(path.join(house, 'biome.json'), JSON.stringify(rules))
  afterAll(() => rmSync(house, { recursive: true, force: true }))

  it.each(rooms)('%s refuses a trespasser and says where to go', (room, text, message) => {
    const file = path.join(house, 'src', room, 'trespasser.ts')
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, `${text}\n`)
    const biome = path.join(ROOT, 'node_modules/@biomejs/biome/bin/biome')
    let output = ''
    try {
      const options = { cwd: house, encoding: 'utf8', stdio: 'pipe' } as const
      execFileSync(process.execPath, [biome, 'lint', '--colors=off', file], options)
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string }
      output = stdout + stderr
    }
    expect(output).toMatch(message)
  })
})
