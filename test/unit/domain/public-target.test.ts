import { describe, expect, it } from 'vitest'
import { publicTarget } from '#domain/access/public-target.ts'
import { addressSubject } from '#domain/access/rate-limit.ts'

describe('an address others may make us call', () => {
  it.each([
    'https://discord.com/api/webhooks/1/abc',
    'http://example.com:8080/x',
    'https://93.184.216.34/',
    'https://[2606:4700:4700::1111]/',
    'https://xn--bcher-kva.example.com/',
    'https://172.32.0.1/',
    'https://100.128.0.1/',
  ])('may be %s', (url) => {
    expect(publicTarget(url).href).toBe(new URL(url).href)
  })

  it.each([
    'http://localhost/',
    'http://LOCALHOST./',
    'http://a.localhost/',
    'http://printer/',
    'http://printer.local/',
    'http://metadata.google.internal/',
    'http://router.home.arpa/',
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://0/',
    'http://0.0.0.0/',
    'http://１２７.0.0.1/',
    'http://127。0。0。1/',
    'http://10.1.2.3/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.168.1.1/',
    'http://192.0.0.1/',
    'http://198.18.0.1/',
    'http://198.51.100.7/',
    'http://203.0.113.9/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[0:0:0:0:0:ffff:a00:1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fd12:3456::1]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://[2001:db8::1]/',
    'http://[2001:0:1234::1]/',
    'http://[2002:7f00:1::]/',
    'http://[3fff::1]/',
    'http://user:secret@example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'gopher://example.com/',
    '//example.com/',
    'example.com',
    'https://',
    '',
  ])('may not be %s', (url) => {
    expect(() => publicTarget(url)).toThrow(/The URL must/)
  })
})

describe('whom an address stands for', () => {
  it.each([
    [null, 'ip unknown'],
    ['192.0.2.1', 'ip 192.0.2.1'],
    ['2001:db8::1', 'ip 2001:db8:0:0::/64'],
    ['2001:DB8:0:0:ffff::1', 'ip 2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', 'ip 2001:db8:1:2::/64'],
    ['::1', 'ip 0:0:0:0::/64'],
  ])('%s is %s', (address, subject) => {
    expect(addressSubject(address)).toBe(subject)
  })
})
