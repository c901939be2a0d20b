// What is compiled, and with which options. Shared by the WebAssembly build and the fuzzers' native build.
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'

const JPEG_WRAPPED = `jcapistd jccoefct jcdctmgr jcmainct jdapistd jdcoefct jddctmgr jutils`.split(' ')
const JPEG_PLAIN = `jaricom jcapimin jcicc jcinit jcmarker jcmaster jcomapi jcparam jdapimin jdarith jdicc jdinput
  jdmarker jdmaster jmemmgr jpeg_nbits`.split(/\s+/)
/** Their 64-bit bit buffers pay on wasm32 as well, whose registers are that wide; upstream enables them by this macro. */
const JPEG_ENTROPY = ['jchuff', 'jcphuff', 'jdhuff']

const WEBP_FOLDERS = ['src/dec', 'src/enc', 'src/dsp', 'src/utils', 'src/demux', 'sharpyuv']
const WEBP_OTHER_MACHINES = /_(mips32|mips_dsp_r2|neon|msa|avx2)\.c$|anim_decode\.c$/

const ZLIB = ['compress', 'crc32', 'deflate', 'inffast', 'inflate', 'inftrees', 'trees', 'zutil']

/**
 * Where a rendition's time goes, compiled for speed. All else is compiled for size: the first rendition has V8 compile
 * every function it reaches (a fifth of the time of a small one), and later ones do not tell the difference.
 */
const HOT =
  /\/(jchuff|jdhuff|jdcoefct-8|jpeg_idct|jpeg_bits|jpeg_blocks|jpeg_band|jpeg_scan|passes|colour|quant_enc|token_enc|iterator_enc|frame_enc|bit_writer_utils|cost_sse2|vp8_dec|tree_dec|bit_reader_utils|crc32)\.c$/

/** Upstream allocations go through memory.c, which counts them against the job's cap. */
const COUNTED = ['malloc', 'calloc', 'realloc', 'free'].map((name) => `-D${name}=mem_${name}`)

const UPSTREAM = ['-w', ...COUNTED]
const OWN = ['-Wall', '-Wextra', '-Wno-sign-compare', '-Werror', '-std=c17']

/** `{ file, options }` of every translation unit. `target` is 'wasm' or 'host'. */
export function translationUnits(native, upstream, target) {
  const jpeg = upstream['libjpeg-turbo']
  const webp = upstream.libwebp
  const shim = [`-I${join(native, 'shim', target)}`]
  const simde = `-isystem${join(upstream.simde, 'usr/include')}`
  const jpegIncludes = [`-I${join(native, 'config')}`, `-I${join(jpeg, 'src')}`]
  const webpIncludes = [`-I${webp}`, `-I${join(webp, 'src')}`]
  const zlibIncludes = [`-I${upstream.zlib}`]
  const spng = join(upstream.libspng, 'spng')

  const jpegOptions = [...UPSTREAM, ...jpegIncludes, '-DNO_GETENV', '-DNO_PUTENV']
  const units = [
    ...JPEG_WRAPPED.map((name) => ({ file: join(jpeg, 'src/wrapper', `${name}-8.c`), options: jpegOptions })),
    ...JPEG_PLAIN.map((name) => ({ file: join(jpeg, 'src', `${name}.c`), options: jpegOptions })),
    ...JPEG_ENTROPY.map((name) => ({
      file: join(jpeg, 'src', `${name}.c`),
      options: target === 'wasm' ? [...jpegOptions, '-D__x86_64__'] : jpegOptions,
    })),
  ]

  const sse = ['-DWEBP_USE_SSE2', '-DWEBP_USE_SSE41', '-DWEBP_HAVE_SSE2', '-DWEBP_HAVE_SSE41']
  const webpOptions = [...UPSTREAM, ...shim, simde, ...webpIncludes, '-DWEBP_DISABLE_STATS', '-DWEBP_REDUCE_CSP']
  if (target === 'wasm') webpOptions.push('-DEMSCRIPTEN', ...sse)
  for (const folder of WEBP_FOLDERS)
    for (const name of readdirSync(join(webp, folder)).sort())
      if (name.endsWith('.c') && !WEBP_OTHER_MACHINES.test(name))
        units.push({ file: join(webp, folder, name), options: webpOptions })

  for (const name of ZLIB)
    units.push({ file: join(upstream.zlib, `${name}.c`), options: [...UPSTREAM, ...zlibIncludes] })
  units.push({
    file: join(spng, 'spng.c'),
    options: [...UPSTREAM, ...zlibIncludes, '-DSPNG_DISABLE_OPT', '-DSPNG_STATIC'],
  })

  const systemIncludes = [...jpegIncludes, ...webpIncludes, `-I${spng}`].map((option) =>
    option.replace(/^-I/, '-isystem'),
  )
  const hostShim = target === 'wasm' ? [] : [`-I${join(native, 'shim/host')}`, simde]
  for (const name of readdirSync(join(native, 'src')).sort())
    if (name.endsWith('.c') && !(target === 'host' && name === 'host.c'))
      units.push({
        file: join(native, 'src', name),
        options: [...OWN, ...hostShim, '-DSPNG_STATIC', ...systemIncludes],
      })
  if (target === 'host') return units
  return units.map(({ file, options }) => ({ file, options: HOT.test(file) ? options : [...options, '-Os'] }))
}

/** Distinct object names, although folders repeat file names. */
export function objectName(file) {
  return `${basename(join(file, '..'))}-${basename(file, '.c')}.o`
}
