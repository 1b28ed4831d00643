/**
 * Why the server closed a WebSocket, as its close code. 4000-4999 is the private range of RFC 6455 section 7.4.2; a stock
 * client sees each as `transport close` and connects again by itself, with the code in the details.
 */
export const CLOSE_CODES = {
  /** A packet over its limit: RFC 6455's "message too big", with which the WebSocket layer closes too. */
  too_large: 1009,
  /** The instance stops; RFC 6455's registry calls it "service restart". */
  draining: 1012,
  /** It took nothing for 30 s. */
  slow: 4408,
  /** More than twice the allowed rate. */
  rate_limited: 4429,
} as const;
export type CloseReason = keyof typeof CLOSE_CODES;
