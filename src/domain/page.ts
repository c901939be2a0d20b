/** Which part of a list is wanted; the dialect has checked and capped it. */
export interface PageQuery {
  readonly limit: number
  readonly offset: number
}

/** One part of a list, and how many there are in all. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly total: number
}
