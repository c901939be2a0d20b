// node sharp-once.mjs FILE JOB: CPU in ms of the first picture sharp renders in this process, loading not counted.
import { readFileSync } from 'node:fs'
import sharp from 'sharp'

const [path, job] = process.argv.slice(2)
const { width, height, format, quality } = JSON.parse(job)
sharp.concurrency(1)
sharp.cache(false)
const file = readFileSync(path)
const start = process.cpuUsage()
await sharp(file).resize(width, height, { fit: 'fill' })[format]({ quality }).toBuffer()
const { user, system } = process.cpuUsage(start)
console.log((user + system) / 1000)
