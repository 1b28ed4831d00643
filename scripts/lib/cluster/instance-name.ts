const NAMES = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

export const MOST_INSTANCES = NAMES.length;

/** What the instances of a cluster are called. */
export function instanceNames(count: number): string[] {
  return NAMES.slice(0, count);
}
