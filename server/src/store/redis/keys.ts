import type { Epoch } from '@bigboard/shared/position';
import type { ViewerNamespace } from '@bigboard/shared/topic';

/**
 * Where Redis keeps a namespace. All its keys share one hash tag, so that one script may touch them all, and a namespace
 * lies on one node of a cluster.
 */
export interface NamespaceKeys {
  readonly prefix: string;
  /** The name of the log that is valid now. */
  readonly epoch: string;
  /** The `run_id` of the Redis process in which the epoch was last found to hold all that readers have seen. */
  readonly life: string;
  /** How many epochs there have been. */
  readonly generation: string;
  /** JSON `{epoch, seq}`: what the epoch took over from. Absent when it took over from nothing. */
  readonly continues: string;
  /** Hash: instance -> when it last looked, by the clock of Redis. */
  readonly instances: string;
  /** Hash: instance -> claim; while it is not known how to go on in a Redis process. */
  claims(runId: string): string;
  of(epoch: Epoch): EpochKeys;
}

export interface EpochKeys {
  /** The newest entry of the log: `<seq>-<sub> <nonce>`. */
  readonly head: string;
  /** Stream: one entry a batch; see `log-entry.ts`. */
  readonly log: string;
  /** Hash: producer -> its newest id. */
  readonly producers: string;
  /** Hash: producer -> its checkpoint as JSON. */
  readonly checkpoints: string;
  /** Hash: lease -> the newest token under which something was written. */
  readonly fences: string;
  /** Hash: topic -> `<seq>|<DocumentState as JSON>`. */
  readonly documents: string;
  /** The number up to which everything is in the documents. */
  readonly keyframe: string;
}

export function keysOf(namespace: ViewerNamespace): NamespaceKeys {
  const prefix = `bb:{${namespace}}:`;
  return {
    prefix,
    epoch: `${prefix}epoch`,
    life: `${prefix}life`,
    generation: `${prefix}generation`,
    continues: `${prefix}continues`,
    instances: `${prefix}instances`,
    claims: (runId) => `${prefix}claims:${runId}`,
    of: (epoch) => {
      const key = (name: string) => `${prefix}${epoch}:${name}`;
      return {
        head: key('head'),
        log: key('log'),
        producers: key('producers'),
        checkpoints: key('checkpoints'),
        fences: key('fences'),
        documents: key('documents'),
        keyframe: key('keyframe'),
      };
    },
  };
}

export function epochKeyList(keys: EpochKeys): readonly string[] {
  return [keys.head, keys.log, keys.producers, keys.checkpoints, keys.fences, keys.documents, keys.keyframe];
}
