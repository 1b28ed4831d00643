import type { Spark } from '@bigboard/shared/market';

export interface SparkColours {
  readonly line: string;
  readonly baseline: string;
  readonly up: string;
  readonly down: string;
  readonly flat: string;
}

export interface SparkSize {
  readonly width: number;
  readonly height: number;
}

/** A day that has just begun would be a dot; until this much of it has passed, the line is stretched. */
const LEAST_SHARE = 0.3;
const DOT_RADIUS = 2;

/** Where the points stand, in CSS pixels: x by the share of the session that has passed, y by the range with the baseline. */
export function sparkPoints(
  spark: Spark,
  { width, height }: SparkSize,
): { xs: number[]; ys: number[]; baseline: number } {
  const { points, baseline, intervalMs, sessionOpenTimeMs, sessionCloseTimeMs } = spark;
  const slots = Math.max(1, (sessionCloseTimeMs - sessionOpenTimeMs) / intervalMs);
  const isYoung = points.length < slots * LEAST_SHARE;
  const step = (width - DOT_RADIUS - 1) / Math.max(isYoung ? slots * LEAST_SHARE : slots, points.length - 1, 1);
  const low = Math.min(baseline, ...points);
  const range = Math.max(baseline, ...points) - low || 1;
  const yOf = (value: number) => DOT_RADIUS + 0.5 + (1 - (value - low) / range) * (height - 2 * DOT_RADIUS - 1);
  return { xs: points.map((_, index) => index * step), ys: points.map(yOf), baseline: yOf(baseline) };
}

/** Grey with one coloured end: the change beside it carries the direction already. */
export function drawSpark(
  context: CanvasRenderingContext2D,
  spark: Spark,
  size: SparkSize,
  colours: SparkColours,
): void {
  context.clearRect(0, 0, size.width, size.height);
  if (spark.points.length === 0) return;
  const { xs, ys, baseline } = sparkPoints(spark, size);
  context.lineWidth = 1;
  context.setLineDash([1, 3]);
  context.strokeStyle = colours.baseline;
  context.beginPath();
  const baselineY = Math.round(baseline) + 0.5;
  context.moveTo(0, baselineY);
  context.lineTo(size.width, baselineY);
  context.stroke();

  context.setLineDash([]);
  context.lineWidth = 1.25;
  context.lineJoin = 'round';
  context.strokeStyle = colours.line;
  context.beginPath();
  for (let index = 0; index < xs.length; index++) context.lineTo(xs[index] as number, ys[index] as number);
  context.stroke();

  const last = spark.points.length - 1;
  const change = (spark.points[last] as number) - spark.baseline;
  context.fillStyle = change > 0 ? colours.up : change < 0 ? colours.down : colours.flat;
  context.beginPath();
  context.arc(xs[last] as number, ys[last] as number, DOT_RADIUS, 0, 2 * Math.PI);
  context.fill();
}
