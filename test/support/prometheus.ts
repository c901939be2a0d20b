/** A family of Prometheus' text format 0.0.4; samples by name and labels as written. */
export interface Family {
  readonly type: string
  readonly help: string
  readonly samples: Map<string, number>
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"'
const SAMPLE = new RegExp(
  `^((${NAME})(?:\\{((?:${LABEL},)*${LABEL})\\})?) ([-+]?(?:\\d+(?:\\.\\d+)?(?:e[-+]?\\d+)?|Inf)|NaN)$`,
)

/**
 * Reads an exposition as strictly as the format is defined: each family once, its help and type first, no series twice, histograms
 * cumulative with a bucket for everything.
 *
 * @throws Error that says what is wrong
 */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  const families = new Map<string, Family>()
  let current: [string, Family] | null = null
  let help: [string, string] | null = null
  for (const line of text.slice(0, -1).split('\n')) {
    const helped = new RegExp(`^# HELP (${NAME}) (.+)$`).exec(line)
    const typed = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`).exec(line)
    if (helped) {
      help = [helped[1]!, helped[2]!]
    } else if (typed) {
      const [, name = '', type = ''] = typed
      if (help?.[0] !== name || families.has(name)) throw new Error(`out of place: ${line}`)
      current = [name, { type, help: help[1], samples: new Map() }]
      families.set(...current)
    } else {
      const sample = SAMPLE.exec(line)
      if (!sample || !current) throw new Error(`no sample: ${line}`)
      const [, series = '', name = '', , value = ''] = sample
      const [family, { type, samples }] = current
      const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
      if (!suffixes.some((suffix) => name === family + suffix)) throw new Error(`another family’s: ${line}`)
      if (samples.has(series)) throw new Error(`twice: ${line}`)
      samples.set(series, Number(value.replace('Inf', 'Infinity')))
    }
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkHistogram(name, family)
  return families
}

function checkHistogram(name: string, { samples }: Family): void {
  const buckets = new Map<string, [number, number][]>()
  for (const [series, value] of samples) {
    const match = new RegExp(`^${name}_bucket\\{(.*?),?le="([^"]+)"\\}$`).exec(series)
    if (!match) continue
    const [, labels = '', le = ''] = match
    buckets.set(labels, [...(buckets.get(labels) ?? []), [Number(le.replace('Inf', 'Infinity')), value]])
  }
  for (const [labels, list] of buckets) {
    const braced = labels === '' ? '' : `{${labels}}`
    list.forEach(([bound, value], index) => {
      const [before, less] = list[index - 1] ?? [-1, 0]
      if (bound <= before || value < less) throw new Error(`${name}${braced} is not cumulative at ${bound}`)
    })
    const [last, all] = list.at(-1)!
    if (last !== Number.POSITIVE_INFINITY) throw new Error(`${name}${braced} has no +Inf`)
    if (samples.get(`${name}_count${braced}`) !== all) throw new Error(`${name}_count${braced} is not ${all}`)
    if (!samples.has(`${name}_sum${braced}`)) throw new Error(`${name}_sum${braced} is missing`)
  }
}
