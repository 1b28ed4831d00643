import { RequestError } from '@bigboard/shared/errors';

/**
 * The id of the first row of a producer's batch; the others follow without a hole. A row without an id of its own stands
 * where it stands: a line that was garbled on the way must not shift the rows after it.
 *
 * @param ids of the rows, as they give them themselves
 * @param lastId the newest that is stored: where rows go on of which none has an id
 * @throws RequestError `bad_request` when they do not follow each other, `out_of_order` when they leave a gap
 */
export function firstIdOf(ids: readonly (number | undefined)[], lastId: number): number {
  const anchor = ids.findIndex((id) => id !== undefined);
  const firstId = anchor < 0 ? lastId + 1 : (ids[anchor] as number) - anchor;
  const broken = ids.findIndex((id, index) => id !== undefined && id !== firstId + index);
  if (broken >= 0) {
    throw new RequestError(
      'bad_request',
      `ids follow each other: row ${broken} has ${ids[broken]}, not ${firstId + broken}`,
    );
  }
  if (firstId < 1)
    throw new RequestError('bad_request', 'ids begin at 1: there is no id for the rows before the first that has one');
  if (ids.length - 1 > Number.MAX_SAFE_INTEGER - firstId)
    throw new RequestError('bad_request', 'there are no more ids');
  if (firstId > lastId + 1) {
    throw new RequestError('out_of_order', `the ids go on from ${lastId + 1}, not ${firstId}`, undefined, lastId);
  }
  return firstId;
}
