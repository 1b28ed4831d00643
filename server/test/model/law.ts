/** Something happened that may never happen. */
export class BrokenLaw extends Error {
  override readonly name = 'BrokenLaw';
}

export function law(holds: boolean, broken: () => string): asserts holds {
  if (!holds) throw new BrokenLaw(broken());
}
