/**
 * Whether a browser page of this origin may connect. Browsers send `Origin` with every WebSocket handshake and no page can
 * forge it, while `cors` settings do not guard WebSockets at all; so this is where another site is kept from reading the
 * board in its visitors' name. Programs send none and are let in: what they may do is decided by their credentials.
 *
 * @param allowed exact origins besides the server's own, such as `https://board.example`
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  try {
    return host !== undefined && new URL(origin).host === host.toLowerCase();
  } catch {
    // `null` (a sandboxed page, a file) and anything else that is no URL.
    return false;
  }
}
