import { TokenBucket } from './token-bucket.ts';

/** Addresses remembered; beyond that the one seen longest ago starts afresh, so that many addresses cost no more memory. */
const REMEMBERED_ADDRESSES = 10_000;

/** A rate for each address. */
export class AddressRates {
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(burst: number, perSecond: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
  }

  /**
   * @param nowMs monotonic
   * @returns undefined when the request may be served, else in how many milliseconds to try again
   */
  take(address: string, nowMs: number): number | undefined {
    const bucket = this.#buckets.get(address) ?? new TokenBucket(this.#burst, this.#perSecond, nowMs);
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > REMEMBERED_ADDRESSES && oldest !== undefined) this.#buckets.delete(oldest);
    return bucket.take(nowMs) ? undefined : bucket.retryInMs();
  }
}
