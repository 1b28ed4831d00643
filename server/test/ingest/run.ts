import type { TopicDocument } from '@bigboard/shared/topic-document';
import { pushedProducer } from '../../src/store/producer-name.ts';
import type { AppendedBatch } from '../../src/store/store.ts';
import { Random } from '../model/random.ts';
import { TokenList } from '../support/token-list.ts';
import { Actor } from './actor.ts';
import { DoorServer } from './door-server.ts';
import { tellStored } from './reference.ts';

const TOKENS = 4;
const SCOPES = ['quote:*', 'trades:*', 'sensor:*', 'planet:*', 'match:*', 'wa*', 'feed:*'].map(
  (each) => `markets/${each}`,
);

export interface Campaign {
  readonly seed: number;
  readonly rows: number;
  /** Where the journal is kept, to be read back in the end; in memory when left out. */
  readonly dataDir?: string;
}

export interface CampaignResult {
  readonly rows: number;
  readonly badRows: number;
  /** In how many ways they were bad. */
  readonly ways: number;
  readonly stored: number;
  /** What is not as the reference foresees; undefined when all is. */
  readonly broken?: string;
}

/** Programs that push through both doors at once, some counting and some not, some of them with one token. */
export async function runCampaign({ seed, rows, dataDir }: Campaign): Promise<CampaignResult> {
  const tokens = await TokenList.create();
  const secrets: string[] = [];
  for (let n = 0; n < TOKENS; n++) secrets.push(await tokens.add(`token-${n}`, SCOPES));
  const server = await DoorServer.start(tokens.file, dataDir);
  const actors = secrets.flatMap((token, n) =>
    [undefined, 'first', 'second'].flatMap((producer) =>
      // Who does not count has the token's name in the log to itself.
      (producer === undefined ? [n % 2 === 0] : [n % 2 === 0]).map((isHttp) => {
        const own = `${n}-${producer ?? 'none'}`;
        const writer = pushedProducer(`token-${n}`, producer);
        const random = new Random(seed * 1_000 + n * 10 + (producer?.length ?? 0));
        return { writer, own, actor: new Actor({ url: server.url, token, producer, isHttp, own }, random) };
      }),
    ),
  );
  let broken: string | undefined;
  try {
    await Promise.all(actors.map(({ actor }) => actor.run(rows / actors.length)));
    broken = actors
      .map(({ writer, actor }) => compareStored(server.written, writer, actor))
      .find((each) => each !== undefined);
    broken ??= server.log.errors.length > 0 ? `the server logged ${String(server.log.errors[0])}` : undefined;
  } catch (error) {
    broken = error instanceof Error ? error.message : String(error);
  } finally {
    await server[Symbol.asyncDispose]();
    await tokens[Symbol.asyncDispose]();
  }
  if (broken === undefined && dataDir !== undefined) broken = await compareReadBack(dataDir, actors);
  const sum = (of: (actor: Actor) => number) => actors.reduce((total, { actor }) => total + of(actor), 0);
  return {
    rows: sum((actor) => actor.rows),
    badRows: sum((actor) => actor.badRows),
    ways: new Set(actors.flatMap(({ actor }) => [...actor.ways.keys()])).size,
    stored: sum((actor) => actor.reference.stored.length),
    ...(broken === undefined ? {} : { broken }),
  };
}

/** What one pusher wrote to the log, against the reference: each once, in order, nothing else. */
function compareStored(written: readonly AppendedBatch[], writer: string, { reference }: Actor): string | undefined {
  const stored = written
    .filter(({ producer }) => producer === writer)
    .flatMap(({ updates, ids }) => updates.map((update, index) => ({ update, id: ids?.[index] })))
    .filter(({ update }) => !update.topic.startsWith('feed:'))
    .map(({ update, id }) => tellStored(id, update));
  const differs = Array.from({ length: Math.max(stored.length, reference.stored.length) }).findIndex(
    (_, index) => stored[index] !== reference.stored[index],
  );
  if (differs < 0) return undefined;
  return `${writer}, row ${differs} stored: ${stored[differs]}, not ${reference.stored[differs]}`.slice(0, 1_000);
}

/** After a restart every topic and every count is what it was. */
async function compareReadBack(
  dataDir: string,
  actors: readonly { readonly writer: string; readonly actor: Actor }[],
): Promise<string | undefined> {
  const log = (await DoorServer.readBack(dataDir)).get('markets');
  if (log === undefined) return 'nothing was read back';
  for (const { writer, actor } of actors) {
    const { lastId } = log.producer(writer);
    if (lastId !== actor.reference.lastId)
      return `${writer} has ${lastId} after the restart, not ${actor.reference.lastId}`;
    for (const [topic, fields] of actor.reference.topics) {
      const is = tellFields(
        Object.entries((log.documents.get(topic) as TopicDocument).values()).map(([name, value]) => [
          name,
          JSON.stringify(value),
        ]),
      );
      const should = tellFields([...fields]);
      if (is !== should) return `${topic} is ${is} after the restart, not ${should}`.slice(0, 1_000);
    }
  }
  return undefined;
}

function tellFields(fields: readonly (readonly [string, string])[]): string {
  return fields
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ');
}
