import type { SessionStatus } from '@bigboard/shared/market';

const LABELS: Readonly<Record<SessionStatus, string>> = {
  pre: 'Before the opening',
  open: '',
  halted: 'Halted',
  auction: 'Auction',
  closed: 'Closed',
};

/** What is said beside the name; nothing while trading is as usual. */
export function labelSession(status: SessionStatus): string {
  return LABELS[status];
}
