import type { Update } from '@bigboard/shared/update';

/** Whether nothing is left of the topic: a reset that brings no content. */
export function isRemoval({ fields = {}, log = [], reset }: Update): boolean {
  return reset === true && log.length === 0 && Object.values(fields).every((value) => value === null);
}
