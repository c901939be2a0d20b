// Writes the README's parameter table from the table the parsers use; with --check, fails when it differs.
import { readFileSync, writeFileSync } from 'node:fs'
import { PARAMETERS } from '../src/http/transformation/parameters.ts'

const FILE = new URL('../README.md', import.meta.url)
const rows = PARAMETERS.map(
  ({ names, values, meaning }) => `| ${names.map((name) => `\`${name}\``).join(', ')} | ${values} | ${meaning} |`,
)
const table = ['| parameter | values | meaning |', '|---|---|---|', ...rows].join('\n')

const text = readFileSync(FILE, 'utf8')
const written = text.replace(/(<!-- parameters:.*-->\n)[\s\S]*?(<!-- \/parameters -->)/, `$1\n${table}\n\n$2`)
if (written === text) {
  console.log('The README has every parameter.')
} else if (process.argv.includes('--check')) {
  console.error('The README’s parameter table is not the one of the code: npm run docs:export')
  process.exitCode = 1
} else {
  writeFileSync(FILE, written)
  console.log('The README’s parameter table is written anew.')
}
