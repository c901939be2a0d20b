import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { expect, inject } from 'vitest'

export const { base, token, reader } = inject('site')

let width = 20

/** A picture like no other before it in this file; its width tells it again. */
export async function draw(format: 'png' | 'jpeg' | 'gif' | 'webp' = 'png') {
  width++
  const background = { r: width, g: 80, b: 160 }
  const bytes = await sharp({ create: { width, height: 10, channels: 3, background } })
    .toFormat(format)
    .toBuffer()
  return { width, bytes: new Uint8Array(bytes) }
}

/** The same as a file on disk, as command lines want it. */
export async function drawFile(name: string, format: Parameters<typeof draw>[0] = 'png') {
  const picture = await draw(format)
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'picharbor-picture-')), name)
  writeFileSync(file, picture.bytes)
  return { ...picture, file }
}

/** Fetches a link as a browser would, and finds that picture behind it. */
export async function expectPicture(url: unknown, picture: { readonly width: number }): Promise<void> {
  const response = await fetch(here(url))
  expect([url, response.status]).toEqual([url, 200])
  const { width: found } = await sharp(Buffer.from(await response.arrayBuffer())).metadata()
  expect([url, found]).toEqual([url, picture.width])
}

export async function expectGone(url: unknown): Promise<void> {
  expect([url, (await fetch(here(url))).status]).toEqual([url, 404])
}

/** On the worker itself, whatever stands in front of it. */
function here(url: unknown): string {
  const { pathname } = new URL(String(url))
  return base + pathname
}

// biome-ignore lint/suspicious/noExplicitAny: what the wire says is what is asserted
export async function api(path: string, init: RequestInit = {}): Promise<any> {
  const headers = { Authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) }
  return (await fetch(`${base}/api/v1${path}`, { ...init, headers })).json()
}
