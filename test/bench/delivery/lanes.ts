import type { Job } from './jobs.ts'
import { keepsFormat } from './jobs.ts'
import type { CpuMeter } from './meter.ts'
import { expecting, type Sample, sample } from './sample.ts'
import type { IpxServer } from './servers/ipx.ts'
import type { NginxServer } from './servers/nginx.ts'
import type { PicharborServer } from './servers/picharbor.ts'

/** Small answers are asked for so often in a sample that the clock can tell them apart. */
const OFTEN = 30

export const LANES = {
  'picharbor miss': 'never asked before',
  'picharbor stored': 'kept in the bucket, nothing in the cache',
  'picharbor hot': 'in the cache',
  'picharbor 304': 'the client has it',
  'bare stored': 'a worker of one query and one read of the bucket',
  'bare hot': 'a worker of one look into the cache',
  'ipx miss': 'every request',
  'nginx miss': 'image_filter, every request',
  'nginx own format': 'image_filter, which cannot change the format',
  'nginx file': 'the same bytes as a plain file',
} as const

export type Lane = keyof typeof LANES
export type Samples = Partial<Record<Lane, Sample>>

export interface Stand {
  readonly picharbor: PicharborServer
  readonly ipx: IpxServer
  readonly nginx: NginxServer | null
  readonly meters: { readonly workerd: CpuMeter; readonly ipx: CpuMeter; readonly nginx: CpuMeter | null }
}

/** All states of Picharbor on one new image, from cold to hot. */
export async function picharborLanes({ picharbor, meters }: Stand, job: Job): Promise<Samples> {
  const { client, bare } = picharbor
  const meter = meters.workerd
  const path = await picharbor.upload(job)
  const miss = await sample(meter, { client, path, times: 1, check: expecting(200, 'rendered') })
  await picharbor.forgetCache()
  const stored = await sample(meter, { client, path, times: 1, check: expecting(200, 'variant') })
  const first = await client.get(path)
  const hot = await sample(meter, { client, path, times: OFTEN, check: expecting(200, 'edge') })
  const headers = { 'If-None-Match': String(first.headers.etag) }
  const unchanged = await sample(meter, { client, path, headers, times: OFTEN, check: expecting(304) })

  const name = path.slice('/v2/images/'.length, path.indexOf('?'))
  await bare.send('PUT', `/stored/${name}`, {}, first.body)
  const check = expecting(200)
  return {
    'picharbor miss': miss,
    'picharbor stored': stored,
    'picharbor hot': hot,
    'picharbor 304': unchanged,
    'bare stored': await sample(meter, { client: bare, path: `/stored/${name}`, times: 1, check }),
    'bare hot': await sample(meter, { client: bare, path: `/hot/${name}`, times: OFTEN, check }),
  }
}

export async function ipxLanes({ ipx, meters }: Stand, job: Job): Promise<Samples> {
  const check = expecting(200)
  return { 'ipx miss': await sample(meters.ipx, { client: ipx.client, path: ipx.pathOf(job), times: 1, check }) }
}

export async function nginxLanes({ nginx, meters, picharbor }: Stand, job: Job): Promise<Samples> {
  if (nginx === null || meters.nginx === null) return {}
  const { client } = nginx
  const check = expecting(200)
  const filtered = await sample(meters.nginx, { client, path: nginx.pathOf(job), times: 1, check })
  const kept = await nginx.keep(job, (await picharbor.client.get(await picharbor.upload(job))).body)
  const file = await sample(meters.nginx, { client, path: kept, times: OFTEN, check })
  return { [keepsFormat(job) ? 'nginx miss' : 'nginx own format']: filtered, 'nginx file': file }
}
