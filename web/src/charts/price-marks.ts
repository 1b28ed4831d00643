import type { Chart } from 'chart.js';
import type { Direction } from '../format/number.ts';
import { AXIS_FONT_PX } from './chart-options.ts';
import { withAlpha, type ChartTheme } from './chart-theme.ts';
import { drawTag, strokeLine } from './overlay.ts';

interface Marks {
  readonly previousClose: number | undefined;
  /** Candles with which a session begins. */
  readonly sessions: readonly number[];
  /** Candles before which time is missing. */
  readonly holes: readonly number[];
}

/** What lies under the candles: the previous close, and where time does not run on. */
export function drawMarks(chart: Chart, theme: ChartTheme, { previousClose, sessions, holes }: Marks): void {
  const { ctx, chartArea, scales } = chart;
  const { x, y } = scales;
  if (x === undefined || y === undefined) return;
  const between = (index: number) => x.getPixelForValue(index - 0.5);
  for (const index of sessions) {
    strokeLine(ctx, [between(index), chartArea.top], [between(index), chartArea.bottom], theme.divider);
  }
  for (const index of holes) {
    strokeLine(ctx, [between(index), chartArea.top], [between(index), chartArea.bottom], theme.control, [1, 3]);
  }
  if (previousClose === undefined) return;
  const at = y.getPixelForValue(previousClose);
  strokeLine(ctx, [chartArea.left, at], [chartArea.right, at], theme.faint, [1, 4]);
}

interface LastPrice {
  readonly price: number;
  readonly label: string;
  readonly countdown: string | undefined;
  readonly direction: Direction;
}

const TAG_COLOUR: Readonly<Record<Direction, 'on-up' | 'on-down' | 'bg'>> = {
  up: 'on-up',
  down: 'on-down',
  flat: 'bg',
};

export function drawLastPrice(
  context: CanvasRenderingContext2D,
  { chartArea, scales, width }: Chart,
  theme: ChartTheme,
  { price, label, countdown, direction }: LastPrice,
): void {
  const y = scales['y']?.getPixelForValue(price);
  if (y === undefined) return;
  const colour = direction === 'flat' ? theme.muted : theme[direction];
  strokeLine(context, [chartArea.left, y], [chartArea.right, y], withAlpha(colour, 0.6), [3, 3]);
  const lines = [{ text: label, font: `600 13px ${theme.fontFamily}` }];
  if (countdown !== undefined) lines.push({ text: countdown, font: `${AXIS_FONT_PX}px ${theme.fontFamily}` });
  const tag = { left: chartArea.right, y, width: width - chartArea.right, lines, fill: colour };
  drawTag(context, { ...tag, colour: theme[TAG_COLOUR[direction]] }, chartArea.bottom);
}

interface Crosshair {
  readonly index: number;
  readonly y: number;
  readonly price: string;
  readonly time: string;
}

export function drawCrosshair(
  context: CanvasRenderingContext2D,
  { chartArea, scales, width, height }: Chart,
  theme: ChartTheme,
  { index, y, price, time }: Crosshair,
): void {
  const x = scales['x']?.getPixelForValue(index);
  if (x === undefined) return;
  strokeLine(context, [x - 0.5, chartArea.top], [x - 0.5, chartArea.bottom], theme.muted, [2, 3]);
  strokeLine(context, [chartArea.left, y], [chartArea.right, y], theme.muted, [2, 3]);
  const font = `${AXIS_FONT_PX}px ${theme.fontFamily}`;
  const look = { fill: theme.divider, colour: theme.text };
  const priceTag = { left: chartArea.right, y, width: width - chartArea.right, lines: [{ text: price, font }] };
  drawTag(context, { ...priceTag, ...look }, chartArea.bottom);
  context.font = font;
  const timeWidth = Math.ceil(context.measureText(time).width) + 16;
  const left = Math.min(Math.max(chartArea.left, x - timeWidth / 2), chartArea.right - timeWidth);
  const timeTag = { left, y: chartArea.bottom + 14, width: timeWidth, lines: [{ text: time, font }] };
  drawTag(context, { ...timeTag, ...look, align: 'center' }, height);
}
