/**
 * What went wrong, as data: for whoever cannot be thrown at – the viewer's page, another process, an assistant.
 */
export interface Failure {
  /** A code of GoheapError, or `token`, `host`, `not-found`, `too-large`, `busy`, `cancelled`, `limit`. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}
