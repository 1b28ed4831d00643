/** A label wanted at an anchor; the heavier one gets the better place. */
export interface LabelRequest {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly weight: number;
}

export interface PlacedLabel {
  /** Which request it answers. */
  readonly index: number;
  readonly left: number;
  readonly top: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const GAP = 8;
const SEPARATION = 4;
/** Pixels of detour a crossing of the line is worth. */
const CROSSING_COST = 60;

/**
 * Puts labels beside their anchors: never over one another, never outside, and off the line where that is possible.
 * What finds no place is left out: a missing label says less, two overlapping ones say nothing.
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  bounds: { readonly width: number; readonly height: number },
  line: readonly Point[],
): PlacedLabel[] {
  const placed: (PlacedLabel & Box)[] = [];
  const order = requests.map((_, index) => index).sort((a, b) => weightOf(requests, b) - weightOf(requests, a));
  for (const index of order) {
    const request = requests[index] as LabelRequest;
    let best: Box | undefined;
    let bestCost = Infinity;
    for (const { box, detour } of candidates(request)) {
      if (box.left < 0 || box.top < 0 || box.left + box.width > bounds.width || box.top + box.height > bounds.height)
        continue;
      if (placed.some((other) => overlap(box, other))) continue;
      const cost = detour + CROSSING_COST * crossings(box, line) + coveredAnchors(box, requests);
      if (cost < bestCost) [best, bestCost] = [box, cost];
    }
    if (best !== undefined) placed.push({ index, ...best });
  }
  return placed.map(({ index, left, top }) => ({ index, left, top }));
}

function weightOf(requests: readonly LabelRequest[], index: number): number {
  return requests[index]?.weight ?? 0;
}

function* candidates({ x, y, width, height }: LabelRequest): Iterable<{ box: Box; detour: number }> {
  for (const left of [x - width - GAP, x + GAP, x - width / 2]) {
    const isCentred = left === x - width / 2;
    for (let step = 0; step <= 6; step++) {
      const shift = isCentred ? GAP + height / 2 + step * 6 : step * 8;
      for (const direction of step === 0 && !isCentred ? [0] : [-1, 1]) {
        const box = { left, top: y - height / 2 + shift * direction, width, height };
        yield { box, detour: shift + (isCentred ? 10 : 0) };
      }
    }
  }
}

function overlap(a: Box, b: Box): boolean {
  return (
    a.left < b.left + b.width + SEPARATION &&
    b.left < a.left + a.width + SEPARATION &&
    a.top < b.top + b.height + SEPARATION &&
    b.top < a.top + a.height + SEPARATION
  );
}

/** A dot of another swing under the label is as bad as a line through it. */
function coveredAnchors(box: Box, requests: readonly LabelRequest[]): number {
  const covers = ({ x, y }: LabelRequest) =>
    x > box.left - 4 && x < box.left + box.width + 4 && y > box.top - 4 && y < box.top + box.height + 4;
  return requests.filter(covers).length * CROSSING_COST;
}

/** How many pieces of the line run through the box. */
function crossings(box: Box, line: readonly Point[]): number {
  let count = 0;
  for (let index = 1; index < line.length; index++) {
    const from = line[index - 1] as Point;
    const to = line[index] as Point;
    if (to.x < box.left || from.x > box.left + box.width) continue;
    // The height range of the part of the piece that lies over the box; a vertical piece counts whole.
    const run = to.x - from.x;
    const at = (x: number) => (run === 0 ? from.y : from.y + ((to.y - from.y) * (x - from.x)) / run);
    const ends =
      run === 0 ? [from.y, to.y] : [at(Math.max(from.x, box.left)), at(Math.min(to.x, box.left + box.width))];
    if (Math.max(...ends) >= box.top - 2 && Math.min(...ends) <= box.top + box.height + 2) count++;
  }
  return count;
}
