import type { FeedStatus } from '@bigboard/shared/directory';

const YEAR = /\b(?:19|20)\d\d\b/;

/** `Simulated`, `Recorded 2022 · staged · 30×`: never plain "live" for anything that is not. */
export function describeFeed({ source, title, staged, speed }: FeedStatus): string {
  if (source === 'simulated') return speed === 1 ? 'Simulated' : `Simulated · ${speed}×`;
  if (source === 'live') return 'Real-time';
  const year = YEAR.exec(title)?.[0];
  const parts = [year === undefined ? 'Recorded' : `Recorded ${year}`];
  if (staged) parts.push('staged');
  if (speed !== 1) parts.push(`${speed}×`);
  return parts.join(' · ');
}
