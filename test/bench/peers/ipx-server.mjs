// IPX as its own documentation starts it, on a folder of photos: node ipx-server.mjs <folder> <port>
import { createServer } from 'node:http'
import { createIPX, createIPXNodeServer, ipxFSStorage } from 'ipx'
import sharp from 'sharp'

const [folder, port] = process.argv.slice(2)
// One core for one picture, as for every server here, and no operation remembered from an equal request before.
sharp.concurrency(1)
sharp.cache(false)
createServer(createIPXNodeServer(createIPX({ storage: ipxFSStorage({ dir: folder }) }))).listen(
  Number(port),
  '127.0.0.1',
)
