import { type Column, type SQL, sql } from 'drizzle-orm'

/** Far below the depth SQLite lets an expression have; a search has not so many. */
const MOST_LETTERS = 40

/**
 * Whether a column holds this text, in any case. SQLite's `lower` knows ASCII alone: the other letters of the search are lowered in
 * the column one by one, as literals.
 */
export function contains(column: Column, text: string): SQL {
  const wanted = [...text].map(lowered)
  const hasCapital = (letter: string) => letter.toUpperCase() !== letter && lowered(letter.toUpperCase()) === letter
  const foreign = [...new Set(wanted)].filter((letter) => letter > '\x7f' && hasCapital(letter))
  let held = sql`lower(${column})`
  for (const letter of foreign.slice(0, MOST_LETTERS)) {
    held = sql`replace(${held}, ${sql.raw(`'${letter.toUpperCase()}'`)}, ${sql.raw(`'${letter}'`)})`
  }
  return sql`instr(${held}, ${wanted.join('')}) > 0`
}

/** A letter with one lower-case form, in that; anything else as it is. */
function lowered(character: string): string {
  const letter = character.toLowerCase()
  return /^\p{L}$/u.test(letter) && letter.toUpperCase() === character ? letter : character
}
