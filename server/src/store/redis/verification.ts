import type { Epoch } from '@bigboard/shared/position';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { NamespaceLog } from '../namespace-log.ts';
import type { NamespaceKeys } from './keys.ts';
import { judgeClaims, judgeSight, sightText, type Claim, type Hold, type Sight } from './lives.ts';
import { loadNamespace } from './loader.ts';
import { compareIds, logIdOf, type HeadText } from './log-head.ts';
import { RedisFailure } from './redis-failure.ts';
import type { RedisLink } from './redis-link.ts';
import { runLook, runSettle, type Look } from './scripts.ts';
import { dropEpoch, seedOf, writeEpoch } from './seed.ts';

const LOOK_AGAIN_MS = 100;

/** What an instance holds of a namespace. */
export interface Holding {
  readonly epoch: Epoch;
  readonly generation: number;
  readonly head: HeadText;
  readonly log: NamespaceLog;
}

export interface VerificationParts {
  readonly link: RedisLink;
  readonly keys: NamespaceKeys;
  readonly namespace: ViewerNamespace;
  readonly instance: string;
  readonly newEpoch: () => Epoch;
  /** Other instances that were heard of shortly before. */
  readonly peers: () => ReadonlySet<string>;
  readonly clock: Clock;
  /** How long others are waited for that may know more. */
  readonly patienceMs: number;
  /** What this instance holds; undefined before it has loaded anything. */
  readonly holding: () => Holding | undefined;
  /** Brings it to the end of the log. */
  readonly catchUp: () => Promise<unknown>;
  /** Says what was decided, for the people on duty. */
  readonly tell: (decided: { readonly epoch: Epoch; readonly from: Epoch | undefined; readonly seq: number }) => void;
}

export interface Verified {
  readonly is: 'go-on' | 'load';
  readonly look: Look;
  /** Of the process this was found out about. */
  readonly runId: string;
}

const claimSchema = z.object({
  sight: z.string(),
  hold: z.enum(['held', 'lost', 'fresh']),
  generation: z.number(),
  id: z.object({ seq: z.number(), sub: z.number() }),
});

/** Finds out, and decides together with the other instances, how a namespace goes on in the Redis process that answers now. */
export class Verification {
  readonly #parts: VerificationParts;
  #sight = '';
  #sinceMs = 0;

  constructor(parts: VerificationParts) {
    this.#parts = parts;
  }

  /** @throws RedisFailure when the connection is lost, or Redis refuses */
  async run(): Promise<Verified> {
    const { link, keys, instance, holding, clock } = this.#parts;
    // The same may be met twice: whoever is waited for is waited for each time.
    this.#sight = '';
    for (;;) {
      const { runId } = link;
      if (runId === undefined) throw new RedisFailure('AWAY', `Redis is away: ${link.failure}`);
      const look = await runLook(link, keys, runId, { instance, own: holding()?.head });
      const { epoch, life, generation } = look;
      const sight = { runId, epoch, life, generation, hasLog: look.head !== '' };
      const hold = holdOf(look, holding());
      const is = judgeSight(sight, holding(), hold);
      if (is !== 'claim') return { is, look, runId };
      this.#meet(sight);
      await this.#claim(sight, look, hold);
      await new Promise<void>((resolve) => clock.after(LOOK_AGAIN_MS, resolve));
    }
  }

  #meet(sight: Sight): void {
    const text = `${sightText(sight)} ${sight.runId}`;
    if (text === this.#sight) return;
    this.#sight = text;
    this.#sinceMs = this.#parts.clock.monotonicMs();
  }

  async #claim(sight: Sight, look: Look, hold: Hold): Promise<void> {
    const { link, keys, instance, holding, catchUp, peers, clock, patienceMs } = this.#parts;
    if (hold === 'held') await catchUp();
    const held = hold === 'fresh' ? undefined : holding();
    const claim: Claim = {
      sight: sightText(sight),
      hold,
      generation: held?.generation ?? 0,
      id: held === undefined ? { seq: 0, sub: 0 } : logIdOf(held.head),
    };
    const { epoch, life } = look;
    const text = { text: JSON.stringify(claim), epoch, life };
    const claimed = await runLook(link, keys, sight.runId, { instance, claim: text });
    const claims = claimsOf(claimed, claim.sight);
    const waitedMs = clock.monotonicMs() - this.#sinceMs;
    const verdict = judgeClaims({ sight, own: instance, claims, peers: peers(), waitedMs, patienceMs });
    if (verdict === 'keep') {
      const { generation, continues } = look;
      await runSettle(link, keys, look, { epoch, life: sight.runId, generation, continues });
    }
    if (verdict === 'begin') await this.#begin(sight, look, held);
  }

  /** A new epoch with what this instance holds; with what is stored, when it holds nothing. */
  async #begin(sight: Sight, look: Look, held: Holding | undefined): Promise<void> {
    const { link, keys, namespace, instance, newEpoch, tell } = this.#parts;
    const source = held?.log ?? (sight.hasLog ? (await loadNamespace(link, namespace, keys, instance)).log : undefined);
    const seed = seedOf(source);
    const epoch = newEpoch();
    await writeEpoch(link, keys, epoch, seed);
    const continues = source === undefined ? '' : JSON.stringify({ epoch: source.epoch, seq: seed.seq });
    const generation = Math.max(look.generation, held?.generation ?? 0) + 1;
    const isSettled = await runSettle(link, keys, look, { epoch, life: sight.runId, generation, continues });
    if (isSettled) tell({ epoch, from: source?.epoch, seq: seed.seq });
    if (!isSettled) await dropEpoch(link, keys, epoch);
    else if (look.epoch !== '') await dropEpoch(link, keys, look.epoch);
  }
}

/** What `holding` is worth against what Redis has. */
export function holdOf(look: Look, holding: Holding | undefined): Hold {
  // Others have decided since what is held here was true.
  if (holding === undefined || holding.generation < look.generation) return 'fresh';
  if (look.epoch !== holding.epoch || look.head === '') return 'lost';
  if (look.head === holding.head || look.atOwn === holding.head) return 'held';
  const own = logIdOf(holding.head);
  const isBeyond = compareIds(logIdOf(look.head), own) > 0;
  const isTrimmed = look.atOwn === '' && (look.oldest === '' || compareIds(logIdOf(look.oldest), own) > 0);
  return isBeyond && isTrimmed ? 'fresh' : 'lost';
}

function claimsOf({ claims }: Look, sight: string): Map<string, Claim> {
  const relevant = new Map<string, Claim>();
  for (const [instance, text] of claims) {
    const claim = claimSchema.parse(JSON.parse(text));
    if (claim.sight === sight) relevant.set(instance, claim);
  }
  return relevant;
}
