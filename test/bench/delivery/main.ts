// `npm run bench:delivery`: the whole way of an image to its reader, against IPX and nginx. docs/benchmarks.md explains the table.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { figuresOf } from './figures.ts'
import type { Stand } from './lanes.ts'
import { CpuMeter, coarseMs } from './meter.ts'
import { providePhotos } from './photos.ts'
import { runRounds } from './rounds.ts'
import { IpxServer } from './servers/ipx.ts'
import { NginxServer } from './servers/nginx.ts'
import { PicharborServer } from './servers/picharbor.ts'
import { tableOf } from './table.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    minutes: { type: 'string', default: '8' },
    json: { type: 'string' },
  },
})

const folder = await mkdtemp(path.join(os.tmpdir(), 'picharbor-bench-'))
const open: { stop(): Promise<void> }[] = []
try {
  await main()
} finally {
  for (const server of open) await server.stop()
  await rm(folder, { recursive: true, force: true })
}

async function main(): Promise<void> {
  const photos = path.join(folder, 'photos')
  const origin = await providePhotos(photos)
  const picharbor = started(await PicharborServer.start(photos, folder))
  const ipx = started(await IpxServer.start(photos))
  const nginx = await NginxServer.start(photos, folder)
  if (nginx !== null) started(nginx)
  else console.log('nginx with its image_filter module is not installed here: its lines are left out.\n')

  const meters = {
    workerd: new CpuMeter(picharbor.pid),
    ipx: new CpuMeter(ipx.pid),
    nginx: nginx && new CpuMeter(nginx.pid),
  }
  const stand: Stand = { picharbor, ipx, nginx, meters }
  const measured = await runRounds(stand, Number(values.rounds), Date.now() + Number(values.minutes) * 60_000)
  const figures = figuresOf(measured)
  const conditions = {
    servers: [ipx.version, nginx?.version ?? 'no nginx', `node ${process.versions.node}`],
    cores: os.cpus().length,
    photos: origin,
    // Near 1, or threads came and went unseen and the figures are too low.
    seen: { workerd: seen(meters.workerd, picharbor.pid), ipx: seen(meters.ipx, ipx.pid) },
  }
  console.log(tableOf(figures))
  console.log('\n* in the photo’s own format: image_filter cannot change it.')
  console.log(`\n${JSON.stringify(conditions)}`)
  if (values.json !== undefined)
    await writeFile(values.json, JSON.stringify({ conditions, figures, measured: raw(measured) }))
}

function started<T extends { stop(): Promise<void> }>(server: T): T {
  open.push(server)
  return server
}

function seen(meter: CpuMeter, pid: number): number {
  return Math.round((meter.read() / coarseMs(pid)) * 1000) / 1000
}

function raw(measured: Awaited<ReturnType<typeof runRounds>>): object {
  return Object.fromEntries(measured.map(({ job, samples }) => [job.id, Object.fromEntries(samples)]))
}
