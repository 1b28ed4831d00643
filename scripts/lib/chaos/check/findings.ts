/** Kinds of what may never happen, after Jepsen. */
export const VIOLATIONS = {
  lost: 'acknowledged, and no longer there',
  duplicated: 'there, or shown as news, twice',
  reordered: 'after one that was sent later',
  invented: 'never sent, or not to this topic',
  'two contents': 'one number, two contents',
  'gone back': 'a position, or an epoch, that was left before',
  missed: 'entries passed over without having been trimmed',
  mixed: 'a state of two epochs, or that does not match its checksum',
  'final state': 'not the same everywhere in the end',
  late: 'not live again in time',
  'ended by itself': 'a process that nobody ended',
} as const;
export type ViolationKind = keyof typeof VIOLATIONS;

/** Of each kind, told in words; the others are counted. */
const TOLD = 5;

export class Findings {
  readonly #counts = new Map<ViolationKind, number>();
  readonly #texts = new Map<ViolationKind, string[]>();

  add(kind: ViolationKind, text: string): void {
    this.#counts.set(kind, this.count(kind) + 1);
    const texts = this.#texts.get(kind) ?? [];
    this.#texts.set(kind, texts);
    if (texts.length < TOLD) texts.push(text);
  }

  count(kind: ViolationKind): number {
    return this.#counts.get(kind) ?? 0;
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Each with its kind. */
  get texts(): string[] {
    return [...this.#texts].flatMap(([kind, texts]) => texts.map((text) => `${kind}: ${text}`));
  }
}
