import type { Wait } from './waits.ts';

interface Link {
  readonly match: number;
  /** From the one kick-off to the other: a least when positive links lead later, a most when they lead earlier. */
  readonly seconds: number;
}

/** How early and how late a match may kick off. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Moves kick-offs so that all waits go on holding. The last match is the fixed point that all the others lead up to. */
export class WaitGraph {
  readonly #matchCount: number;
  /** By match: those that wait for it. */
  readonly #after: readonly (readonly Link[])[];
  /** By match: those that it waits for. */
  readonly #before: readonly (readonly Link[])[];

  constructor(matchCount: number, waits: readonly Wait[]) {
    this.#matchCount = matchCount;
    const indices = Array.from({ length: matchCount }, (_, index) => index);
    this.#after = indices.map((index) =>
      waits.filter(({ before }) => before === index).map(({ after, seconds }) => ({ match: after, seconds })),
    );
    this.#before = indices.map((index) =>
      waits.filter(({ after }) => after === index).map(({ before, seconds }) => ({ match: before, seconds: -seconds })),
    );
  }

  /**
   * The windows that are left when no match kicks off before its `earliest` or after its `latest`; those of the last match
   * are the same. Kick-offs that are the starts of all windows, or the ends of all, keep every wait.
   * @throws Error when the waits leave no room
   */
  findWindows(earliest: readonly number[], latest: readonly number[]): Window[] {
    const [from, to] = [[...earliest], [...latest]];
    for (let index = 0; index < this.#matchCount; index++) this.#pushLater(from, index);
    for (let index = 0; index < this.#matchCount; index++) this.#pullEarlier(to, index);
    return from.map((seconds, index) => ({ from: seconds, to: to[index] as number }));
  }

  /** Changes the kick-off of one match, and of those that have to go along. Within its window there is always a way. */
  move(kickOffs: number[], index: number, toSeconds: number): void {
    const isLater = toSeconds > (kickOffs[index] as number);
    kickOffs[index] = toSeconds;
    if (isLater) this.#pushLater(kickOffs, index);
    else this.#pullEarlier(kickOffs, index);
  }

  #pushLater(kickOffs: number[], index: number): void {
    this.#follow(kickOffs, index, this.#after, (seconds, least) => seconds < least);
  }

  #pullEarlier(kickOffs: number[], index: number): void {
    this.#follow(kickOffs, index, this.#before, (seconds, most) => seconds > most);
  }

  #follow(
    kickOffs: number[],
    index: number,
    links: readonly (readonly Link[])[],
    isBroken: (seconds: number, bound: number) => boolean,
  ): void {
    const moved = [index];
    for (let next = moved.pop(); next !== undefined; next = moved.pop()) {
      const nextSeconds = kickOffs[next] as number;
      for (const { match, seconds } of links[next] as readonly Link[]) {
        if (!isBroken(kickOffs[match] as number, nextSeconds + seconds)) continue;
        // A circle of waits longer than the loop would push for ever; it comes by the fixed point.
        if (match === this.#matchCount - 1) throw new Error('the waits leave no room for all matches in the loop');
        kickOffs[match] = nextSeconds + seconds;
        moved.push(match);
      }
    }
  }
}
