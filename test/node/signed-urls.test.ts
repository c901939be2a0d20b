import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const page = readFileSync(path.join(import.meta.dirname, '../../docs/signed-urls.md'), 'utf8')
const example = (language: string) => new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? ''
const VECTOR = /^\/v2\/images\/0b9d\?.*&sig=.*$/m.exec(page)?.[0]
const has = (command: string) => spawnSync(command, ['--version']).status === 0

describe('the examples of docs/signed-urls.md give its vector', () => {
  it('JavaScript', async () => {
    const module = await import(`data:text/javascript,${encodeURIComponent(example('js'))}`)
    const parameters = { w: 400, fit: 'cover', exp: 1900000000, t: 'a b' }
    expect(module.signImageUrl('secret', '/v2/images/0b9d', parameters)).toBe(VECTOR)
  })

  it.skipIf(!has('python3'))('Python', () => {
    const call =
      'print(sign_image_url("secret", "/v2/images/0b9d", {"w": 400, "fit": "cover", "exp": 1900000000, "t": "a b"}))'
    const { stdout, stderr } = spawnSync('python3', ['-c', `${example('python')}\n${call}`], { encoding: 'utf8' })
    expect(stdout.trim() || stderr).toBe(VECTOR)
  })

  it.skipIf(!has('php'))('PHP', () => {
    const call =
      'echo sign_image_url("secret", "/v2/images/0b9d", ["w" => 400, "fit" => "cover", "exp" => 1900000000, "t" => "a b"]);'
    const { stdout, stderr } = spawnSync('php', ['-r', `${example('php')}\n${call}`], { encoding: 'utf8' })
    expect(stdout.trim() || stderr).toBe(VECTOR)
  })
})
