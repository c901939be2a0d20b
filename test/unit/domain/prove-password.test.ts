import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Context } from '#domain/context.ts'
import { provePassword } from '#domain/identity/prove-password.ts'
import { mintAdmin, PASSWORD, type TestAdmin } from '#test/support/admins.ts'
import { contextFor } from '#test/support/harness.ts'

let admin: TestAdmin
let ctx: Context
let work: string[]
let weak = false
beforeEach(async () => {
  admin = await mintAdmin('viewer')
  const { passwords } = contextFor({ kind: 'guest' })
  ;[work, weak] = [[], false]
  ctx = contextFor(
    { kind: 'guest' },
    {
      passwords: {
        hash: (password) => {
          work.push('hash')
          return passwords.hash(password)
        },
        verify: (encoded, password) => {
          work.push('verify')
          return passwords.verify(encoded, password)
        },
        needsRehash: () => weak,
      },
    },
  )
})

const prove = (email: string, password: string) => provePassword(ctx, { email, password })
const stored = () =>
  env.DB.prepare('SELECT password_hash FROM users WHERE id = ?').bind(admin.id).first<string>('password_hash')

describe('proving a password', () => {
  it('is one slow hash, whoever is asked for', async () => {
    const external = await mintAdmin('viewer', [], { passwordHash: null })
    for (const [email, password] of [
      [admin.email, PASSWORD],
      [admin.email, 'wrong'],
      [admin.email, 'x'.repeat(10_000)],
      [external.email, PASSWORD],
      ['nobody@example.com', PASSWORD],
      ['no address', PASSWORD],
      ['', ''],
    ] as const) {
      work = []
      const account = await prove(email, password)
      expect(account !== null).toBe(email === admin.email && password === PASSWORD)
      expect(work).toHaveLength(1)
    }
  })

  it('replaces a hash of weaker parameters while the right password is at hand', async () => {
    const before = await stored()
    weak = true
    await prove(admin.email, 'wrong')
    expect(await stored()).toBe(before)
    expect(await prove(admin.email, PASSWORD)).not.toBeNull()
    expect(await stored()).not.toBe(before)
    weak = false
    expect(await prove(admin.email, PASSWORD)).not.toBeNull()
  })
})
