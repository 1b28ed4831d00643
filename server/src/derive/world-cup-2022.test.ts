import { fileURLToPath } from 'node:url';
import { winProbabilityEntrySchema, type Chances, type Match } from '@bigboard/shared/sport';
import { TopicDocument } from '@bigboard/shared/topic-document';
import { updateSchema, type Update } from '@bigboard/shared/update';
import { beforeAll, expect, test } from 'vitest';
import { readRecording, type Recording } from '../feeds/recording-file.ts';
import { ReplayFeed } from '../feeds/replay.ts';
import type { Deriver } from './deriver.ts';
import { ScoresDeriver } from './scores.ts';
import { TableDeriver } from './table.ts';
import { WinProbabilityDeriver } from './win-probability.ts';

const FEED = 'world-cup';
let recording: Recording;

beforeAll(async () => {
  recording = await readRecording(fileURLToPath(new URL('../../recordings/world-cup-2022.ndjson.gz', import.meta.url)));
});

/** The log of `/sports`: each deriver hears every batch but its own, in the order of the log. */
class Log {
  readonly documents = new Map<string, TopicDocument>();
  readonly #derivers: readonly Deriver[] = [new WinProbabilityDeriver(), new ScoresDeriver(), new TableDeriver()];
  #seq = 0;

  append(updates: readonly Update[], producer = FEED): void {
    for (const update of updates) {
      const document = this.documents.get(update.topic) ?? new TopicDocument(update.topic, this.#seq);
      document.apply(update, ++this.#seq);
      this.documents.set(update.topic, document);
    }
    for (const deriver of this.#derivers) {
      if (deriver.name === producer) continue;
      for (const update of updates) deriver.fold(update, producer);
      const derived = deriver.settle(updates.at(-1)?.time ?? 0);
      if (derived.length > 0) {
        this.append(
          derived.map((update) => updateSchema.parse(update)),
          deriver.name,
        );
      }
    }
  }

  chances(matchTopic: string) {
    const { log } = this.documents.get(matchTopic.replace('match:', 'winprob:')) as TopicDocument;
    return log.map(({ entry }) => winProbabilityEntrySchema.parse(entry));
  }

  /** Everything but the times at which it was told. */
  derived() {
    const kinds = /^(winprob|table|scores)/;
    const documents = [...this.documents.values()].filter(({ topic, removed }) => kinds.test(topic) && !removed);
    documents.sort((a, b) => (a.topic < b.topic ? -1 : 1));
    return documents.map((document) => [document.topic, document.values(), document.log.map(({ entry }) => entry)]);
  }
}

const endOf = ({ score, shootout }: Pick<Match, 'score' | 'shootout'>): Chances => {
  const lead = score.home - score.away || (shootout?.home ?? 0) - (shootout?.away ?? 0);
  return { home: Number(lead > 0), draw: Number(lead === 0), away: Number(lead < 0) };
};

test('every line of 2022 is short, steady and right in the end', () => {
  const log = new Log();
  let finished = 0;
  for (const { update } of recording.updates) {
    log.append([update]);
    if (update.fields?.['status'] !== 'finished') continue;
    finished++;
    const entries = log.chances(update.topic);
    const match = log.documents.get(update.topic)?.values() as unknown as Match;
    expect(entries.at(-1)).toMatchObject({ ...endOf(match), period: 'FT' });
    expect(entries[0]).toMatchObject({ minute: 0, period: '1H' });
    expect(entries.length).toBeGreaterThan(45);
    expect(entries.length).toBeLessThan(200);
    const timeline = log.documents.get(update.topic)?.log ?? [];
    const goals = timeline.filter(({ entry }) => (entry as { type?: string }).type === 'goal');
    expect(entries.filter(({ cause }) => cause?.type === 'goal')).toHaveLength(goals.length);
  }
  expect(finished).toBeGreaterThanOrEqual(64);
});

test('when the loop starts over, all is as it was in the beginning', () => {
  const log = new Log();
  const feed = new ReplayFeed(recording, { name: FEED, loop: true });
  const opening = [...feed.opening()].map(({ update }) => update);
  log.append(opening);
  const beginning = log.derived();
  const seamMs = (recording.header.endTimeMs ?? 0) - feed.startTimeMs;
  let restored = 0;
  while (restored < opening.length) {
    const { update, dueTimeMs } = feed.next()!;
    log.append([update]);
    if (dueTimeMs - feed.startTimeMs >= seamMs && update.time <= feed.startTimeMs) restored++;
  }
  expect(log.derived()).toEqual(beginning);
});
