import type { ChartArea } from 'chart.js';
import { withAlpha, type ChartTheme } from './chart-theme.ts';

/** A value at the right end of its band. */
export interface BandLabel {
  /** Its middle, from the plot's top. */
  readonly y: number;
  readonly share: string;
  readonly name: string;
  /** Stands for the name where that does not fit. */
  readonly code: string;
  readonly tone: 'home' | 'draw' | 'away';
}

export interface SwingText {
  readonly cause: string;
  readonly points: string;
}

const GAP = 5;

export function drawDot(
  context: CanvasRenderingContext2D,
  theme: ChartTheme,
  x: number,
  y: number,
  colour: string,
  hasHalo = false,
): void {
  context.save();
  if (hasHalo) {
    context.beginPath();
    context.fillStyle = withAlpha(colour, 0.28);
    context.arc(x, y, 9, 0, Math.PI * 2);
    context.fill();
  }
  context.beginPath();
  context.arc(x, y, hasHalo ? 5 : 4, 0, Math.PI * 2);
  context.fillStyle = colour;
  context.strokeStyle = theme.panel;
  context.lineWidth = 2;
  if (!hasHalo) context.stroke();
  context.fill();
  context.restore();
}

function causeFont({ fontFamily }: ChartTheme): string {
  return `500 12px ${fontFamily}`;
}

function plainFont({ fontFamily }: ChartTheme): string {
  return `12px ${fontFamily}`;
}

export function measureSwingLabel(context: CanvasRenderingContext2D, theme: ChartTheme, text: SwingText): number {
  context.save();
  context.font = causeFont(theme);
  let { width } = context.measureText(text.cause);
  context.font = plainFont(theme);
  width += GAP + context.measureText(text.points).width;
  context.restore();
  return Math.ceil(width);
}

/** What happened, and by how many points: neutral, since a coloured number reads as a warning. */
export function drawSwingLabel(
  context: CanvasRenderingContext2D,
  theme: ChartTheme,
  text: SwingText,
  left: number,
  middle: number,
): void {
  context.save();
  context.textBaseline = 'middle';
  context.font = causeFont(theme);
  context.fillStyle = theme.text;
  context.fillText(text.cause, left, middle);
  const { width } = context.measureText(text.cause);
  context.font = plainFont(theme);
  context.fillStyle = theme.muted;
  context.fillText(text.points, left + width + GAP, middle);
  context.restore();
}

/** 0, 50 and 100 % inside the plot, at its left edge: the right one belongs to the bands. */
export function drawShareScale(context: CanvasRenderingContext2D, theme: ChartTheme, area: ChartArea): void {
  context.save();
  context.font = plainFont(theme);
  context.fillStyle = theme.muted;
  context.textAlign = 'left';
  for (const [share, y, baseline] of [
    ['100%', area.top + 4, 'top'],
    ['50%', (area.top + area.bottom) / 2 - 3, 'bottom'],
    ['0%', area.bottom - 3, 'bottom'],
  ] as const) {
    context.textBaseline = baseline;
    context.fillText(share, area.left + 5, y);
  }
  context.restore();
}

export function drawBandLabels(
  context: CanvasRenderingContext2D,
  theme: ChartTheme,
  area: ChartArea,
  bands: readonly BandLabel[],
  room: number,
): void {
  const left = area.right + 12;
  context.save();
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  const fontOfShare = `600 13px ${theme.fontFamily}`;
  const widthOf = (text: string, font: string) => {
    context.font = font;
    return context.measureText(text).width;
  };
  // A code beside a full name would look like two kinds of thing: where one name does not fit, all give way.
  const areNamed = bands.every(
    ({ share, name }) =>
      left + widthOf(share, fontOfShare) + GAP + widthOf(name, plainFont(theme)) <= area.right + room,
  );
  for (const { y, share, name, code, tone } of bands) {
    const middle = area.top + y;
    context.fillStyle = theme[tone];
    context.fillRect(area.right + 4, middle - 6, 3, 12);
    context.font = fontOfShare;
    context.fillStyle = theme.text;
    context.fillText(share, left, middle);
    const { width } = context.measureText(share);
    context.font = plainFont(theme);
    context.fillStyle = theme.muted;
    context.fillText(areNamed ? name : code, left + width + GAP, middle);
  }
  context.restore();
}
