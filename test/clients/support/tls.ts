import { mkdtempSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { generate } from 'selfsigned'

/** The site as it stands behind TLS, for programs that speak nothing else; `certificate` is the file that makes them trust it. */
export async function behindTls(base: string) {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  const certificate = path.join(mkdtempSync(path.join(tmpdir(), 'picharbor-tls-')), 'ca.pem')
  writeFileSync(certificate, cert)
  const server = https.createServer({ cert, key }, (request, response) => {
    const { method, headers, url } = request
    const forward = http.request(base + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    request.pipe(forward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const domain = `localhost:${(server.address() as AddressInfo).port}`
  return { domain, certificate, close: () => server.close() }
}
