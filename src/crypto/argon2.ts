import Argon2 from '@phi-ag/argon2'

/**
 * Argon2id with OWASP's parameters (19 MiB, t=2, p=1): about 50 ms here, and under the platform's limits, where PBKDF2 is capped
 * at 100,000 iterations. Hashes are PHC strings, so raised parameters show in `needsRehash`.
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
const PREFIX = `$argon2id$v=19$m=${PARAMETERS.memoryCost},t=${PARAMETERS.timeCost},p=${PARAMETERS.parallelism}$`

export class Argon2Hasher {
  readonly #module: WebAssembly.Module

  constructor(module: WebAssembly.Module) {
    this.#module = module
  }

  hash(password: string): string {
    return this.#open().hash(password, PARAMETERS).encoded
  }

  verify(encoded: string, password: string): boolean {
    return this.#open().tryVerify(encoded, password).success
  }

  needsRehash(encoded: string): boolean {
    return !encoded.startsWith(PREFIX)
  }

  /** An instance a call: its 19 MiB would otherwise stay taken from the isolate's 128 for good. */
  #open(): Argon2 {
    return new Argon2(new WebAssembly.Instance(this.#module))
  }
}
