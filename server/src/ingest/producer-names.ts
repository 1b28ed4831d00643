import { RequestError } from '@bigboard/shared/errors';
import { LIMITS } from '@bigboard/shared/limits';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import { z } from 'zod';
import { pushedProducer } from '../store/producer-name.ts';
import type { Store } from '../store/store.ts';

const checkpointSchema = z.object({ producers: z.array(z.string()) });

/**
 * The names under which each token counts. The store remembers every one for ever, so there is an end to them; they are
 * kept in the checkpoint of the token itself, which a restart does not forget.
 */
export class ProducerNames {
  readonly #store: Store;
  /** By namespace and token, those known here: entered, or about to be. */
  readonly #names = new Map<string, Set<string>>();

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Enters a producer of which nothing is stored yet; entering it again changes nothing.
   * @throws RequestError `forbidden` when the token has too many, or what the store throws
   */
  async enter(namespace: ViewerNamespace, token: string, producer: string): Promise<void> {
    const writer = pushedProducer(token);
    const key = `${namespace}/${token}`;
    // Other instances enter theirs there too.
    const { checkpoint } = await this.#store.producer(namespace, writer);
    const stored = checkpoint === undefined ? [] : checkpointSchema.parse(checkpoint).producers;
    // Another producer of the token may be on its way there.
    const names = new Set([...(this.#names.get(key) ?? []), ...stored]);
    this.#names.set(key, names);
    if (!names.has(producer) && names.size >= LIMITS.producersPerToken) {
      throw new RequestError('forbidden', `the token has ${names.size} producers, as many as may be`);
    }
    names.add(producer);
    await this.#store.append(namespace, { producer: writer, updates: [], checkpoint: { producers: [...names] } });
  }
}
