import { AppError } from '#domain/errors.ts'

/** Names that lead into a network of one's own, whatever answers to them. */
const PRIVATE_SUFFIXES =
  /(^|\.)(localhost|localdomain|local|internal|intranet|private|corp|home|lan|arpa|test|invalid|onion)$/

/** First address and prefix length of everything in IPv4 that is not the public internet (IANA special-purpose registry). */
const PRIVATE_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]

/**
 * An address of the public internet that others may make us call. The URL parser has already turned decimal, octal, hexadecimal
 * and full-width forms into plain ones. A public name that resolves to a private address is the runtime's to refuse: Cloudflare's
 * network has no route there.
 *
 * @throws AppError `invalid_input`
 */
export function publicTarget(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol)) throw refusal('must be an http or https URL')
  if (url.username !== '' || url.password !== '') throw refusal('must not contain a user name or password')
  if (!isPublicHost(url.hostname)) throw refusal('must be an address of the public internet')
  return url
}

function refusal(message: string): AppError {
  return new AppError('invalid_input', `The URL ${message}`)
}

/** Whether a name or address, as a parsed URL has it, is of the public internet. */
export function isPublicHost(hostname: string): boolean {
  if (hostname.startsWith('[')) return isPublicIpv6(hostname.slice(1, -1))
  const name = hostname.toLowerCase().replace(/\.+$/, '')
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return isPublicIpv4(name)
  return name.includes('.') && !PRIVATE_SUFFIXES.test(name)
}

function isPublicIpv4(address: string): boolean {
  const value = ipv4Number(address)
  return !PRIVATE_IPV4.some(([first, length]) => value >>> (32 - length) === ipv4Number(first) >>> (32 - length))
}

function ipv4Number(address: string): number {
  return address.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0)
}

/** Global unicast only, and of that nothing which carries an IPv4 address inside: mapped, translated, 6to4, Teredo. */
function isPublicIpv6(address: string): boolean {
  const [first = 0, second = 0] = ipv6Groups(address)
  if (first >>> 13 !== 1) return false
  const special = first === 0x2001 && (second < 0x200 || second === 0xdb8)
  return !special && first !== 0x2002 && !(first === 0x3fff && second < 0x1000)
}

/** All eight groups; the URL parser has written an embedded IPv4 address as two of them. */
export function ipv6Groups(address: string): number[] {
  const [head = '', tail] = address.toLowerCase().split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16) || 0))
  const [front, back] = [groups(head), groups(tail ?? '')]
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length)
  return [...front, ...Array<number>(zeros).fill(0), ...back]
}
