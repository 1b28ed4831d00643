import type { Cancel, Clock } from '../../clock.ts';
import type { Candidate } from '../leases.ts';
import type { Fence } from '../store.ts';
import { RedisFailure } from './redis-failure.ts';
import type { RedisReply } from './redis-link.ts';
import { readScript, type RedisScript } from './redis-script.ts';

const TAKE = readScript(new URL('take-lease.lua', import.meta.url));
const RENEW = readScript(new URL('renew-lease.lua', import.meta.url));
const RELEASE = readScript(new URL('release-lease.lua', import.meta.url));
export const LEASE_SCRIPTS = { take: TAKE, renew: RENEW, release: RELEASE } as const;

/** As long as Redis keeps a lease for a holder of whom it hears nothing. */
const LEASE_MS = 2_000;
/** As long as the holder counts on it: less, as the two clocks need not go alike, and what is under way arrives later. */
const USE_MS = LEASE_MS - 300;
/** Between two attempts to take or renew it; left to chance within these, so that not all try at once. */
const TURN_MIN_MS = 250;
const TURN_MAX_MS = 500;
/** What was heard of another holder longer ago is not known any more. */
const HEARD_MS = 2 * LEASE_MS;

const NEWEST_TOKEN = 'bb:{lease}';

export function leaseKey(name: string): string {
  return `${NEWEST_TOKEN}:${name}`;
}

/** What a lease needs of the connection to Redis. */
export interface LeaseLink {
  /** @throws RedisFailure, after a second at most */
  run(script: RedisScript, keys: readonly string[], args: readonly (string | number)[]): Promise<RedisReply>;
}

export interface LeaseObserver {
  led(name: string): void;
  /** @param sinceMs how long ago it was last known to be held */
  lost(name: string, reason: string, sinceMs: number): void;
}

interface Held {
  /** As Redis has it. */
  readonly text: string;
  readonly fence: Fence;
  untilMs: number;
}

/**
 * One lease in Redis, as one instance stands for it: takes it when nobody has it and renews it while it has it. From
 * when it could not be renewed in time, by this instance's own clock, it counts as lost, whatever Redis may say later.
 */
export class RedisLease {
  readonly name: string;
  readonly #candidate: Candidate;
  readonly #instance: string;
  readonly #link: LeaseLink;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #observer: LeaseObserver;
  #held: Held | undefined;
  #other: { readonly instance: string; readonly heardAtMs: number } | undefined;
  /** The calls of the candidate, one after the other. */
  #steps: Promise<void> = Promise.resolve();
  #stepsUnderWay = 0;
  #isLeading = false;
  /** Why it was not renewed when that was last tried. */
  #refusal: string | undefined;
  #turn: Promise<void> = Promise.resolve();
  #cancelTurn: Cancel | undefined;
  #cancelExpiry: Cancel | undefined;
  #isEnding = false;
  #hasEnded = false;
  #onDecided: (() => void) | undefined;

  /** @param random 0 to 1 */
  constructor(
    name: string,
    candidate: Candidate,
    instance: string,
    link: LeaseLink,
    clock: Clock,
    random: () => number,
    observer: LeaseObserver,
  ) {
    this.name = name;
    this.#candidate = candidate;
    this.#instance = instance;
    this.#link = link;
    this.#clock = clock;
    this.#random = random;
    this.#observer = observer;
  }

  /** Resolves when it is led here, or known to be held by another instance. */
  async stand(): Promise<void> {
    const decided = new Promise<void>((done) => (this.#onDecided = done));
    this.#turn = this.#takeTurn();
    await decided;
    await this.#steps;
  }

  /** The instance that holds it, as far as is known. */
  get holder(): string | undefined {
    if (this.#held !== undefined) return this.#instance;
    const other = this.#other;
    return other !== undefined && this.#clock.monotonicMs() - other.heardAtMs < HEARD_MS ? other.instance : undefined;
  }

  /** Whether something may be written with this token now. One that ran out while nobody looked is lost here. */
  allows(token: number): boolean {
    if (this.#held !== undefined && this.#clock.monotonicMs() >= this.#held.untilMs) this.#runOut(this.#held);
    return this.#held?.fence.token === token;
  }

  /** Nothing more may be written with this token; it is stood for again at once. */
  end(token: number, reason: string): void {
    const held = this.#held;
    if (held?.fence.token !== token) return;
    this.#lose(held, reason);
    this.#step(() => this.#giveBack(held.text));
  }

  /** Gives it up in good order. */
  async release(): Promise<void> {
    this.#isEnding = true;
    this.#follow();
    // It is renewed meanwhile: what is under way may be brought to its end.
    await this.#steps;
    this.#hasEnded = true;
    this.#cancelTurn?.();
    await this.#turn;
    this.#cancelExpiry?.();
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) await this.#giveBack(held.text);
  }

  async #takeTurn(): Promise<void> {
    try {
      if (this.#held !== undefined) await this.#renew(this.#held);
      else if (this.#stepsUnderWay === 0 && !this.#isEnding) await this.#take();
      this.#refusal = undefined;
    } catch (error) {
      if (!(error instanceof RedisFailure)) throw error;
      this.#refusal = error.message;
    }
    if (this.#hasEnded) return;
    const delayMs = TURN_MIN_MS + this.#random() * (TURN_MAX_MS - TURN_MIN_MS);
    this.#cancelTurn = this.#clock.after(delayMs, () => {
      this.#turn = this.#takeTurn();
    });
  }

  async #take(): Promise<void> {
    const askedAtMs = this.#clock.monotonicMs();
    const reply = await this.#link.run(TAKE, [leaseKey(this.name), NEWEST_TOKEN], [this.#instance, LEASE_MS]);
    const [isGiven, text] = reply as readonly [number, string];
    const [token = '', ...instance] = text.split(' ');
    if (isGiven === 0) {
      this.#other = { instance: instance.join(' '), heardAtMs: this.#clock.monotonicMs() };
      this.#decide();
      return;
    }
    const untilMs = askedAtMs + USE_MS;
    if (this.#isEnding || this.#clock.monotonicMs() >= untilMs) return this.#giveBack(text);
    const held: Held = { text, fence: { name: this.name, token: Number(token) }, untilMs };
    this.#held = held;
    this.#other = undefined;
    this.#watchExpiry(held);
    this.#observer.led(this.name);
    this.#step(async () => {
      if (this.#held !== held) return;
      this.#isLeading = true;
      await this.#candidate.lead(held.fence);
    });
    this.#decide();
  }

  async #renew(held: Held): Promise<void> {
    const askedAtMs = this.#clock.monotonicMs();
    const reply = await this.#link.run(RENEW, [leaseKey(this.name)], [held.text, LEASE_MS]);
    if (this.#held !== held) return;
    if (reply !== 1) return this.#lose(held, 'it is not held here any more, as Redis tells');
    held.untilMs = askedAtMs + USE_MS;
    this.#watchExpiry(held);
  }

  #watchExpiry(held: Held): void {
    this.#cancelExpiry?.();
    const leftMs = held.untilMs - this.#clock.monotonicMs();
    this.#cancelExpiry = this.#clock.after(leftMs, () => this.#runOut(held));
  }

  #runOut(held: Held): void {
    this.#lose(held, this.#refusal ?? 'this process stood still');
  }

  #lose(held: Held, reason: string): void {
    if (this.#held !== held) return;
    this.#held = undefined;
    this.#cancelExpiry?.();
    this.#observer.lost(this.name, reason, this.#clock.monotonicMs() - held.untilMs + USE_MS);
    this.#follow();
  }

  #follow(): void {
    this.#step(async () => {
      if (!this.#isLeading) return;
      this.#isLeading = false;
      await this.#candidate.follow();
    });
  }

  #step(step: () => Promise<void>): void {
    this.#stepsUnderWay++;
    this.#steps = this.#steps.then(async () => {
      await step();
      this.#stepsUnderWay--;
    });
  }

  async #giveBack(text: string): Promise<void> {
    try {
      await this.#link.run(RELEASE, [leaseKey(this.name)], [text]);
    } catch (error) {
      // Then it runs out by itself.
      if (!(error instanceof RedisFailure)) throw error;
    }
  }

  #decide(): void {
    this.#onDecided?.();
    this.#onDecided = undefined;
  }
}
