import { edit, type Edit, type EditedSources } from '../support/edited-sources.ts';
import type * as run from './run.ts';

/** Small, so that a handful of steps trims, purges and needs several calls. */
const SMALL: readonly Edit[] = [
  edit('shared/src/kinds.ts', 'DEFAULT_LOG_LIMIT = 200', 'DEFAULT_LOG_LIMIT = 3'),
  edit('shared/src/limits.ts', 'tombstonesPerDocument: 200', 'tombstonesPerDocument: 2'),
  edit('shared/src/limits.ts', 'namesPerCall: 100', 'namesPerCall: 2'),
];

export function loadModel(sources: EditedSources, edits: readonly Edit[] = []): Promise<Pick<typeof run, 'runModel'>> {
  return sources.load('/server/test/model/run.ts', [...SMALL, ...edits]);
}
