/**
 * Moves places on a line so that neighbours are at least `distance` apart and all lie within `[from, to]`, each as near
 * as can be to where it wants to be. Keeps the order given, which has to be ascending.
 */
export function spreadApart(wanted: readonly number[], distance: number, from: number, to: number): number[] {
  const places = [...wanted];
  let floor = from;
  for (const [index, place] of places.entries()) {
    places[index] = Math.max(place, floor);
    floor = places[index] + distance;
  }
  let ceiling = to;
  for (let index = places.length - 1; index >= 0; index--) {
    places[index] = Math.min(places[index] as number, ceiling);
    ceiling = (places[index] as number) - distance;
  }
  return places;
}
