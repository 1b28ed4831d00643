import { afterAll, beforeAll, expect, test } from 'vitest';
import { edit, EditedSources, type Edit } from '../support/edited-sources.ts';
import type * as scenarios from './scenarios.ts';

interface Mutant {
  readonly without: string;
  readonly edit: Edit;
}

const REDIS = 'server/src/store/redis';

function inSource(without: string, file: string, find: string, replace: string): Mutant {
  return { without, edit: edit(`${REDIS}/${file}`, find, replace) };
}

/** A script is read when it is run: what is planted in it is planted where it is read. It must be there, and once. */
function inScript(without: string, find: string, replace: string): Mutant {
  const [place, planted] = [JSON.stringify(find), JSON.stringify(replace)];
  const read = `readFileSync(file, 'utf8').split(${place}).join(${planted});`;
  return { without, edit: edit(`${REDIS}/redis-script.ts`, `readFileSync(file, 'utf8');`, read) };
}

const MUTANTS: readonly Mutant[] = [
  inSource('an entry follows the one it names', 'follower.ts', 'if (entry.after === this.#head) {', 'if (true) {'),
  inSource(
    'empty entries have their place too',
    'follower.ts',
    'if (entry.after === this.#head) {',
    'if (logIdOf(entry.after).seq === own.seq) {',
  ),
  inSource(
    'entries of one number are told apart',
    'verification.ts',
    "if (look.head === holding.head || look.atOwn === holding.head) return 'held';",
    "if (compareIds(logIdOf(look.head), logIdOf(holding.head)) >= 0) return 'held';",
  ),
  inSource(
    'a Redis that restarted is verified',
    'lives.ts',
    "if (epoch === '' || life !== runId)",
    "if (epoch === '')",
  ),
  inSource(
    'an epoch is left only for one that follows it',
    'lives.ts',
    "generation > own.generation ? 'load' : 'claim'",
    "'load'",
  ),
  inSource('others are waited for', 'lives.ts', 'waitedMs < waitMs + rank * patienceMs', 'waitedMs < 0'),
  inSource('the furthest decides', 'lives.ts', 'compareIds(second.id, first.id)', 'compareIds(first.id, second.id)'),
  inSource('the head is pulled', 'replica.ts', 'follower.hearOfHead(look.head);', ''),
  inScript('ids that are stored are left out', 'if tonumber(firstId) <= tonumber(known) then', 'if false then'),
  inScript('a gap is refused', 'if tonumber(firstId) > tonumber(known) + 1 then', 'if false then'),
  inScript('the checkpoint is stored', "redis.call('HSET', checkpointsKey, producer, checkpoint)", ''),
  inScript('the fence is looked at', 'if known and tonumber(known) > tonumber(token) then', 'if false then'),
  inScript('a newer token is kept', "redis.call('HSET', fencesKey, fence, token)", ''),
  inScript(
    'the epoch is looked at',
    "redis.call('GET', epochKey) ~= epoch or redis.call('GET', lifeKey)",
    "redis.call('GET', lifeKey)",
  ),
  inScript('the life is looked at', " or redis.call('GET', lifeKey) ~= life then", ' then'),
  inScript('a newer document stays', 'elseif seq > knownSeq then', 'else'),
  inScript('the log is kept after the keyframe', 'math.min(tonumber(trimTo), tonumber(stored))', 'tonumber(trimTo)'),
  inSource(
    'a keyframe has all that changed',
    'keyframe-writer.ts',
    'document.seq > base);',
    'document.seq > base + 1);',
  ),
  inSource('a new epoch has the ids', 'seed.ts', "yield ['HSET', own.producers, ...part];", 'void part;'),
  inSource('a new epoch has the checkpoints', 'seed.ts', "yield ['HSET', own.checkpoints, ...part];", 'void part;'),
  inSource('a new epoch has the documents', 'seed.ts', "yield ['HSET', own.documents, ...part];", 'void part;'),
];

const table: string[] = [];
let sources: EditedSources;
beforeAll(async () => {
  sources = await EditedSources.open();
});
afterAll(async () => {
  await sources.close();
  console.log(table.join('\n'));
});

const play = async (edits: readonly Edit[]) => {
  const { playScenarios } = await sources.load<typeof scenarios>('/server/test/redis/scenarios.ts', edits);
  return playScenarios();
};

test('what is not broken is not called broken', async () => {
  expect(await play([])).toBeUndefined();
});

test.each(MUTANTS)('it is found out when it is not so that $without', async ({ without, edit: planted }) => {
  const broken = await play([planted]);
  table.push(`${without.padEnd(44)}${broken ?? 'NOT FOUND'}`);
  expect(broken).toBeDefined();
});
