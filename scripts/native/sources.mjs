// Fetches, verifies, unpacks and patches the upstream sources. They never enter the repository.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const APT_HELPER = '/usr/lib/apt/apt-helper'

const sha256 = (file) => createHash('sha256').update(readFileSync(file)).digest('hex')

/** The Debian archives this machine's apt is configured for, in its order. */
function archives() {
  const lines = execFileSync('apt-get', ['indextargets', '--format', '$(ORIGIN) $(SITE)'], { encoding: 'utf8' })
  const debian = lines.split('\n').filter((line) => line.startsWith('Debian '))
  return [...new Set(debian.map((line) => line.slice('Debian '.length)))]
}

function download(source, file) {
  for (const archive of archives()) {
    try {
      execFileSync(APT_HELPER, ['download-file', `${archive}/pool/${source.pool}`, file, `SHA256:${source.sha256}`], {
        stdio: 'pipe',
      })
      return
    } catch {
      rmSync(file, { force: true })
    }
  }
  throw new Error(
    `${basename(source.pool)} is in none of the archives apt is configured for. ` +
      'Put it in a directory and name that in PICHARBOR_NATIVE_SOURCES.',
  )
}

function obtain(source, file) {
  const given = process.env.PICHARBOR_NATIVE_SOURCES
  if (given) copyFileSync(join(given, basename(source.pool)), file)
  else if (!existsSync(file) || sha256(file) !== source.sha256) download(source, file)
  if (sha256(file) !== source.sha256) throw new Error(`${file} is not the file sources.json names (SHA-256 differs).`)
}

function unpack(file, directory) {
  if (file.endsWith('.deb')) execFileSync('dpkg-deb', ['-x', file, directory])
  else execFileSync('tar', ['-xzf', file, '-C', directory, '--strip-components=1'])
}

/** Returns the directory of each source by name. */
export function prepareSources(native, build) {
  const { sources } = JSON.parse(readFileSync(join(native, 'sources.json'), 'utf8'))
  const downloads = join(build, 'downloads')
  mkdirSync(downloads, { recursive: true })
  return Object.fromEntries(
    sources.map((source) => {
      const file = join(downloads, basename(source.pool))
      obtain(source, file)
      const directory = join(build, 'upstream', source.name)
      const patches = source.patches.map((name) => join(native, 'patches', name))
      const state = [source.sha256, ...patches.map(sha256)].join('\n')
      const stamp = join(directory, '.prepared')
      if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== state) {
        rmSync(directory, { recursive: true, force: true })
        mkdirSync(directory, { recursive: true })
        unpack(file, directory)
        for (const patch of patches) execFileSync('patch', ['-p0', '--forward', '-i', patch], { cwd: directory })
        writeFileSync(stamp, state)
      }
      return [source.name, directory]
    }),
  )
}
