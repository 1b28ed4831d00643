import { StoreError } from '../store.ts';
import { RedisFailure } from './redis-failure.ts';

const RETRY_MS = 1_000;
/** Redis has no memory left, or cannot write to its disk; reading goes on. */
const IS_FULL: ReadonlySet<string> = new Set(['OOM', 'MISCONF']);

/** What a producer is told when Redis did not do it. @throws what is no failure of Redis */
export function refusalOf(error: unknown): StoreError {
  if (!(error instanceof RedisFailure)) throw error;
  const code = IS_FULL.has(error.code) ? 'storage_full' : 'unavailable';
  return new StoreError(code, error.message, { cause: error, retryInMs: RETRY_MS, isInDoubt: error.isInDoubt });
}
