import type { Chances, Side, WinProbabilityEntry } from '@bigboard/shared/sport';
import type { ChartDataset } from 'chart.js';
import { formatMatchMinute } from '../format/match-time.ts';
import { formatPercent, formatShare } from '../format/number.ts';
import { baseOptions, type AxisTick } from './chart-options.ts';
import { Chart } from './chart-setup.ts';
import { ChartSurface } from './chart-surface.ts';
import { withAlpha } from './chart-theme.ts';
import { placeLabels } from './label-layout.ts';
import { MATCH_AXIS_MARGIN, type MatchAxis } from './match-axis.ts';
import {
  drawBandLabels,
  drawDot,
  drawShareScale,
  drawSwingLabel,
  measureSwingLabel,
  type BandLabel,
} from './probability-marks.ts';
import { spreadApart } from './spread-apart.ts';
import { largestSwings, layOutChances, shortName, type ChanceHistory, type Swing } from './swings.ts';

export interface ProbabilityChartInput {
  readonly entries: readonly WinProbabilityEntry[];
  readonly now: Chances;
  /** Where play stands on the axis. */
  readonly nowX: number;
  readonly axis: MatchAxis;
  readonly knockout: boolean;
  readonly names: Readonly<Record<Side, string>>;
  /** Three letters each, for where the names do not fit. */
  readonly codes: Readonly<Record<Side, string>>;
  readonly isLive: boolean;
}

const INTERVAL_MS = 250;
const LABEL_ROOM_PX = 150;
const BAND_LABEL_HEIGHT = 18;

/** The chances of a match as bands that fill the height: home from below, away from above, a draw between. */
export class ProbabilityChart {
  private readonly surface: ChartSurface;
  private readonly chart: Chart;
  private input: ProbabilityChartInput | undefined;
  private history: ChanceHistory = { points: [], swings: [] };
  private xTicks: readonly AxisTick[] = [];
  private yTicks: readonly AxisTick[] = [];
  private bands: readonly BandLabel[] = [];

  constructor(frame: HTMLElement, canvas: HTMLCanvasElement) {
    this.surface = new ChartSurface(
      frame,
      INTERVAL_MS,
      () => this.draw(),
      () => this.chart.resize(),
    );
    const options = baseOptions({
      theme: () => this.surface.theme,
      x: { range: () => ({ min: 0, max: this.input?.axis.length ?? 90 }), ticks: () => this.xTicks },
      y: { range: () => ({ min: 0, max: 1 }), ticks: () => this.yTicks },
      yWidth: MATCH_AXIS_MARGIN,
      // The strip of events below shares the axis and writes its labels.
      xHeight: 0,
      onResize: () => this.surface.invalidate(),
      paddingTop: 0,
    });
    // The library draws once while it is constructed, before there is anything to mark.
    const marks = { id: 'marks', afterDatasetsDraw: () => this.input !== undefined && this.drawMarks() };
    this.chart = new Chart(canvas, { type: 'line', data: { datasets: [] }, options, plugins: [marks] });
  }

  show(input: ProbabilityChartInput): void {
    this.input = input;
    this.surface.invalidate();
  }

  destroy(): void {
    this.surface.destroy();
    this.chart.destroy();
  }

  private draw(): void {
    if (this.input === undefined) return;
    const { entries, axis, knockout, now, nowX } = this.input;
    const { points, swings } = layOutChances(entries, axis, knockout);
    // The newest chances hold until something changes them, so the line reaches to now.
    const newest = points.at(-1);
    const reached = Math.max(nowX, newest?.x ?? 0);
    this.history = { points: [...points, { x: reached, home: now.home, draw: now.draw, away: now.away }], swings };
    this.xTicks = axis.ticks.map(({ x, isEnd }) => ({ value: x, label: '', line: isEnd ? 'strong' : 'usual' }));
    this.bands = this.layOutBands();
    this.yTicks = this.shareTicks();
    this.chart.data.datasets = this.datasets(knockout) as ChartDataset[];
    this.chart.update('none');
  }

  private plotHeight(): number {
    return Math.max(1, this.chart.chartArea?.height ?? this.chart.height);
  }

  /** The newest chances, each beside its band; nudged apart where a band is thin. */
  private layOutBands(): BandLabel[] {
    if (this.input === undefined) return [];
    const { now, knockout, names, codes } = this.input;
    const bands = [
      { value: now.away, name: names.away, code: codes.away, tone: 'away' as const, middle: now.away / 2 },
      { value: now.draw, name: 'Draw', code: 'Draw', tone: 'draw' as const, middle: now.away + now.draw / 2 },
      { value: now.home, name: names.home, code: codes.home, tone: 'home' as const, middle: 1 - now.home / 2 },
    ].filter(({ tone }) => !(knockout && tone === 'draw'));
    const height = this.plotHeight();
    const half = BAND_LABEL_HEIGHT / 2;
    const wanted = bands.map(({ middle }) => middle * height);
    const placed = spreadApart(wanted, BAND_LABEL_HEIGHT, half, height - half);
    return bands.map(({ value, name, code, tone }, index) => ({
      y: placed[index] as number,
      share: formatShare(value),
      name,
      code,
      tone,
    }));
  }

  /** Without labels: on the right stand those of the bands, so that the scale is written inside, at the left. */
  private shareTicks(): AxisTick[] {
    return [0, 0.25, 0.5, 0.75, 1].map(
      (value) => ({ value, label: '', line: value === 0.5 ? 'strong' : 'usual' }) as const,
    );
  }

  private datasets(knockout: boolean): object[] {
    const { theme } = this.surface;
    const { points } = this.history;
    const look = { type: 'line', pointRadius: 0, tension: 0, borderJoinStyle: 'round' };
    const home = {
      ...look,
      data: points.map(({ x, home: y }) => ({ x, y })),
      fill: 'start',
      backgroundColor: withAlpha(theme.home, 0.3),
      borderColor: knockout ? theme.text : theme.home,
      borderWidth: 2,
    };
    const upper = {
      ...look,
      data: points.map(({ x, home: y, draw }) => ({ x, y: y + draw })),
      fill: '-1',
      backgroundColor: withAlpha(theme.draw, 0.14),
      borderColor: theme.away,
      borderWidth: 2,
    };
    const top = {
      ...look,
      data: points.map(({ x }) => ({ x, y: 1 })),
      fill: '-1',
      backgroundColor: withAlpha(theme.away, 0.17),
      borderWidth: 0,
    };
    return knockout ? [home, top] : [home, upper, top];
  }

  private drawMarks(): void {
    const { x, y } = this.chart.scales;
    const newest = this.history.points.at(-1);
    if (this.input === undefined || x === undefined || y === undefined || newest === undefined) return;
    const { ctx } = this.chart;
    const { theme } = this.surface;
    const { top, bottom } = this.chart.chartArea;
    // A dot on the very edge, at 0 or 100 %, would be cut in half.
    const toY = (share: number) => Math.min(Math.max(y.getPixelForValue(share), top + 5), bottom - 5);
    for (const swing of this.history.swings) {
      drawDot(ctx, theme, x.getPixelForValue(swing.x), toY(swing.height), theme[swing.side]);
    }
    drawShareScale(ctx, theme, this.chart.chartArea);
    this.drawSwingLabels();
    const place = [x.getPixelForValue(newest.x), toY(newest.home)] as const;
    drawDot(ctx, theme, ...place, this.input.isLive ? theme.live : theme.text, this.input.isLive);
    drawBandLabels(ctx, theme, this.chart.chartArea, this.bands, MATCH_AXIS_MARGIN);
  }

  private drawSwingLabels(): void {
    const { ctx, chartArea, scales } = this.chart;
    const { theme } = this.surface;
    const toX = (value: number) => (scales['x']?.getPixelForValue(value) ?? 0) - chartArea.left;
    const toY = (value: number) => (scales['y']?.getPixelForValue(value) ?? 0) - chartArea.top;
    const count = Math.min(6, Math.floor(chartArea.width / LABEL_ROOM_PX) + 1);
    const labels = largestSwings(this.history.swings, count).map((swing) => {
      const text = textOf(swing);
      const width = measureSwingLabel(ctx, theme, text);
      const request = { x: toX(swing.x), y: toY(swing.height), width, height: 16, weight: Math.abs(swing.points) };
      return { text, request };
    });
    const lower = this.history.points.map(({ x, home }) => ({ x: toX(x), y: toY(home) }));
    const upper = this.history.points.map(({ x, home, draw }) => ({ x: toX(x), y: toY(home + draw) }));
    const line = this.input?.knockout ? lower : [...lower, ...upper];
    const placed = placeLabels(
      labels.map(({ request }) => request),
      chartArea,
      line,
    );
    for (const { index, left, top } of placed) {
      const label = labels[index];
      if (label) drawSwingLabel(ctx, theme, label.text, chartArea.left + left, chartArea.top + top + 8);
    }
  }
}

function textOf(swing: Swing): { readonly cause: string; readonly points: string } {
  const what = swing.type === 'card' ? ', sent off' : '';
  return {
    cause: `${formatMatchMinute(swing)} ${shortName(swing.player)}${what}`,
    points: formatPercent(swing.points, 0),
  };
}
