export interface MailMessage {
  readonly to: string
  readonly subject: string
  /** Plain text; mail readers make its addresses links. */
  readonly text: string
}

/** Sends mail to people. */
export interface Mailer {
  /** @throws when it was not taken for delivery */
  send(message: MailMessage): Promise<void>
}
