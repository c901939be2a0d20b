/** Tells somebody else's server something. */
export interface Poster {
  /**
   * One POST, no redirect followed, given up after a few seconds.
   *
   * @returns the status answered
   * @throws when nobody answers in time
   */
  post(url: string, body: string, headers: Record<string, string>): Promise<number>
}
