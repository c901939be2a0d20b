import { DrizzleQueryError } from 'drizzle-orm'
import { describe, expect, it, vi } from 'vitest'
import { AppError } from '#domain/errors.ts'
import { openDataCentre } from '#test/support/counting.ts'
import { log } from '../../src/log.ts'

describe('the log', () => {
  it('says which query failed and not with which values', () => {
    const lines: string[] = []
    const console_ = vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line))
    const error = new DrizzleQueryError(
      'insert into users values (?, ?)',
      ['ada@example.com', 'two\nlines'],
      new Error('x'),
    )
    log('error', 'request failed', { error: String(error), stack: error.stack })
    console_.mockRestore()
    const [line = ''] = lines
    expect(line).not.toMatch(/ada@example\.com|two|lines/)
    expect(JSON.parse(line)).toMatchObject({
      error: 'Error: Failed query: insert into users values (?, ?)',
      stack: expect.stringMatching(/log\.test\.ts/),
    })
  })

  it('names no path that is a secret', async () => {
    const fields: Record<string, unknown>[] = []
    const site = openDataCentre({}, { log: (_level, _message, given) => void fields.push(given ?? {}) })
    site.services.db.select = () => {
      throw new AppError('unavailable', 'The database is away')
    }
    for (const method of ['GET', 'POST']) {
      expect((await site.fetch('/d/k3x9ab71qz/0f6f3c0e6f', { method })).status).toBe(503)
    }
    expect(fields.flatMap(({ path }) => path ?? [])).toEqual(['/d/:key/:token', '/d/:key/:token'])
    expect(JSON.stringify(fields)).not.toMatch(/0f6f3c0e6f/)
  })
})
