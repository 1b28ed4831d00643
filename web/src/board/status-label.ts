import type { SessionStatus } from '@bigboard/shared/market';

const LABELS: Readonly<Partial<Record<SessionStatus, string>>> = {
  halted: 'Halted',
  auction: 'Auction',
  pre: 'Pre-open',
};

/** What stands in place of the change while a symbol does not trade freely; a closed day keeps its change. */
export function statusLabel(status: SessionStatus): string | undefined {
  return LABELS[status];
}
