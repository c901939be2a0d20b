import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'

const MODULES = path.join(import.meta.dirname, '../../../node_modules')
const PLUGINS = ['picgo-plugin-web-uploader', 'picgo-plugin-lankong', 'picgo-plugin-lsky-uploader']

/** A folder as PicGo keeps it, its plugins installed and one uploader chosen; returns its configuration file. */
export function configure(uploader: string, settings: Record<string, unknown>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'picharbor-picgo-'))
  symlinkSync(MODULES, path.join(folder, 'node_modules'))
  const dependencies = Object.fromEntries(PLUGINS.map((name) => [name, '*']))
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ dependencies }))
  const config = {
    picBed: { current: uploader, uploader, [uploader]: settings },
    settings: { language: 'en' },
    picgoPlugins: Object.fromEntries(PLUGINS.map((name) => [name, true])),
  }
  const file = path.join(folder, 'config.json')
  writeFileSync(file, JSON.stringify(config))
  return file
}

/** `picgo …`, with this configuration. */
export function picgo(config: string, args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [path.join(MODULES, 'picgo/bin/picgo'), '-c', config, ...args], {
    cwd: path.dirname(config),
    env: { ...process.env, ...env },
  })
  onTestFinished(() => void child.kill())
  return child
}

/** What a program says until it has said this, or until it ends. */
export function says(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let output = ''
    const listen = (chunk: unknown) => {
      output += chunk
      if (pattern.test(output)) resolve(output)
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.on('close', () => resolve(output))
  })
}

/** `picgo upload …`: the links it prints, one a line as Typora reads them, and all it said. */
export async function upload(config: string, files: readonly string[], env: Record<string, string> = {}) {
  const child = picgo(config, ['upload', ...files], env)
  // It prints the links and then stays until the server closes an idle connection.
  const links = new RegExp(`PicGo SUCCESS\\]: ?\\n${'(.*)\\n'.repeat(files.length)}`)
  const output = await says(child, new RegExp(`${links.source}|PicGo ERROR\\][^]*?\\n[ })]*\\n`))
  child.kill()
  const [, ...urls] = links.exec(output) ?? []
  return { urls, output }
}
