import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Deriver } from './deriver.ts';
import { DirectoryDeriver } from './directory.ts';

/** Every topic of a namespace that is computed from others comes from one of these. */
export function createDerivers(namespace: ViewerNamespace, feeds: readonly string[]): Deriver[] {
  return [new DirectoryDeriver(namespace, feeds)];
}
