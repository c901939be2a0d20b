import { readdirSync } from 'node:fs'
import { compatibilityDate } from '../delivery/servers/bundle.ts'

/** Configuration of a workerd that runs the worker in `folder` and nothing else, its bindings being served at `addresses`. */
export function workerdConfig(
  folder: string,
  port: number,
  addresses: Readonly<Record<'d1' | 'r2' | 'cache', string>>,
): string {
  const external = Object.entries(addresses).map(
    ([name, at]) => `(name = "${name}", external = (address = "${at}", http = ()))`,
  )
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), ${external.join(', ')}],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [${modules(folder).join(', ')}],
  compatibilityDate = "${compatibilityDate()}",
  cacheApiOutbound = "cache",
  bindings = [
    (name = "BUCKET", r2Bucket = "r2"),
    (name = "DB", wrapped = (moduleName = "cloudflare-internal:d1-api", innerBindings = [(name = "fetcher", service = "d1")])),
    (name = "SECRET_KEY", text = "a-secret-of-the-bench-of-32-characters"),
    (name = "RATE_LIMIT_UPLOAD", text = "0"),
  ],
);
`
}

function modules(folder: string): string[] {
  const kinds: Readonly<Record<string, string>> = { '.wasm': 'wasm', '.bin': 'data' }
  const others = readdirSync(folder).flatMap((file) => {
    const kind = kinds[/\.\w+$/.exec(file)?.[0] ?? '']
    return kind === undefined ? [] : [`(name = "./${file}", ${kind} = embed "${file}")`]
  })
  return ['(name = "worker.js", esModule = embed "worker.js")', ...others]
}
