import { FITS, RANGES, type Transformation } from '#imaging/transformation.ts'
import { colour, decimal, flip, format, gravity, oneOf, type Parsed, rotation, trim, wholeNumber } from './values.ts'

/** One row of the table all grammars and the documentation are made from. */
export interface Parameter<K extends keyof Transformation = keyof Transformation> {
  readonly field: K
  /** First the one we write; names are Cloudflare Images' where it has the parameter. */
  readonly names: readonly [string, ...string[]]
  /** Accepted values, for people. */
  readonly values: string
  readonly meaning: string
  parse(text: string): Parsed<NonNullable<Transformation[K]>>
}

/** A size larger than any output means "as large as possible": refusing it would break a careless `srcset`. */
const SIDE = [1, 999_999_999] as const
const factor = (
  field: 'brightness' | 'contrast' | 'gamma' | 'saturation',
  meaning: string,
): Parameter<typeof field> => ({
  field,
  names: [field],
  values: `${RANGES[field][0]} to ${RANGES[field][1]}`,
  meaning: `${meaning}; 1 changes nothing`,
  parse: (text) => decimal(text, RANGES[field]),
})

/** Every way to change an image by its URL. */
export const PARAMETERS: readonly Parameter[] = [
  {
    field: 'width',
    names: ['w', 'width'],
    values: 'pixels',
    meaning: 'Width; fitted inside, proportions kept, never enlarged unless `fit` says so',
    parse: (text: string) => wholeNumber(text, SIDE),
  },
  {
    field: 'height',
    names: ['h', 'height'],
    values: 'pixels',
    meaning: 'Height',
    parse: (text: string) => wholeNumber(text, SIDE),
  },
  {
    field: 'dpr',
    names: ['dpr'],
    values: `${RANGES.dpr[0]} to ${RANGES.dpr[1]}`,
    meaning: 'Device pixel ratio: multiplies width and height',
    parse: (text: string) => decimal(text, RANGES.dpr),
  },
  {
    field: 'fit',
    names: ['fit'],
    values: FITS.map((fit) => `\`${fit}\``).join(', '),
    meaning: 'How width and height are met; `scale-down` when absent',
    parse: (text: string) => oneOf(text, FITS),
  },
  {
    field: 'gravity',
    names: ['gravity', 'g'],
    values: '`auto`, `center`, `left`, `right`, `top`, `bottom`, `0.5x0.3`',
    meaning: 'What a crop keeps, and where padding goes; `auto` is the image’s focal point, else its most salient one',
    parse: gravity,
  },
  {
    field: 'quality',
    names: ['q', 'quality'],
    values: '1 to 100',
    meaning: 'Quality; 85 when absent. PNG below 100 may use a palette',
    parse: (text: string) => wholeNumber(text, RANGES.quality),
  },
  {
    field: 'format',
    names: ['format', 'f'],
    values: '`auto`, `webp`, `avif`, `jpeg` (`jpg`), `png`',
    meaning: 'Output format; `auto` picks the best the client’s `Accept` header names',
    parse: format,
  },
  {
    field: 'background',
    names: ['background', 'bg'],
    values: '`ff8800`, `rgb(255,136,0)`, `orange`',
    meaning: 'Colour under transparency and of padding',
    parse: colour,
  },
  {
    field: 'trim',
    names: ['trim'],
    values: '`border`, `top;right;bottom;left`',
    meaning: 'Cuts pixels off the sides, or everything that has the colour of the edge',
    parse: trim,
  },
  {
    field: 'rotate',
    names: ['rotate'],
    values: '90, 180, 270',
    meaning: 'Degrees clockwise, before anything is measured',
    parse: rotation,
  },
  {
    field: 'flip',
    names: ['flip'],
    values: '`h`, `v`, `hv`',
    meaning: 'Mirrors left to right, top to bottom, or both; before rotation',
    parse: flip,
  },
  {
    field: 'blur',
    names: ['blur'],
    values: `${RANGES.blur[0]} to ${RANGES.blur[1]}`,
    meaning: 'Gaussian blur; twice its standard deviation in output pixels',
    parse: (text: string) => decimal(text, RANGES.blur),
  },
  {
    field: 'sharpen',
    names: ['sharpen'],
    values: `${RANGES.sharpen[0]} to ${RANGES.sharpen[1]}`,
    meaning: 'Unsharp mask; 1 suits a reduced photo',
    parse: (text: string) => decimal(text, RANGES.sharpen),
  },
  factor('brightness', 'Brightness'),
  factor('contrast', 'Contrast'),
  factor('gamma', 'Gamma'),
  factor('saturation', 'Saturation; 0 is grey'),
] as const

const BY_NAME = new Map(PARAMETERS.flatMap((parameter) => parameter.names.map((name) => [name, parameter])))

export function parameterNamed(name: string): Parameter | undefined {
  return BY_NAME.get(name)
}
