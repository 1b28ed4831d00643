import type { ChartDataset } from 'chart.js';
import { directionOf, formatPrice, type Direction } from '../format/number.ts';
import { formatCountdown } from '../format/time.ts';
import { chooseMultiple, groupCandles } from './candle-groups.ts';
import { formatCandleTime } from './candle-time.ts';
import { holes, sessionStarts, type Candle } from './candle-series.ts';
import { baseOptions, type AxisTick } from './chart-options.ts';
import { Chart } from './chart-setup.ts';
import { ChartSurface } from './chart-surface.ts';
import { withAlpha } from './chart-theme.ts';
import { Overlay } from './overlay.ts';
import { layOutPriceTicks, layOutTimeTicks } from './price-axes.ts';
import { drawCrosshair, drawLastPrice, drawMarks } from './price-marks.ts';
import { scalePrices, type PriceScale } from './price-scale.ts';

export type PriceKind = 'candles' | 'line' | 'area';

export interface PriceChartInput {
  readonly candles: readonly Candle[];
  readonly intervalMs: number;
  readonly kind: PriceKind;
  readonly decimals: number;
  /** Drawn as a line; absent where it says nothing, as over months. */
  readonly previousClose: number | undefined;
  /** What the price has done, for its line and label. */
  readonly change: number;
  /** Stream time now, for the countdown; undefined when it stands still or is not to be trusted. */
  readonly streamTimeMs: (() => number) | undefined;
}

export interface Readout {
  readonly candle: Candle;
  /** What one drawn candle spans: several of the given ones when they are many. */
  readonly spanMs: number;
  readonly index: number;
  readonly count: number;
  /** When it began, with the date where the range has several. */
  readonly when: string;
  readonly hasCrosshair: boolean;
}

const DAY_MS = 86_400_000;
const CANDLE_INTERVAL_MS = 100;
const LINE_INTERVAL_MS = 250;
const AXIS_WIDTH = 64;
const X_AXIS_HEIGHT = 28;
/** So few candles are not spread over the whole width; early in a session they begin at the left. */
const LEAST_SLOTS = 48;
const MOST_SESSION_MARKS = 8;
/** Room a candle is given before several become one. Days keep theirs longer: a week is a different thing. */
const CANDLE_PX = 4.6;
const DAY_PX = 2;
/** A line is legible far denser than candles are. */
const LINE_POINT_PX = 0.75;

/**
 * Price over time on a Chart.js canvas, with an overlay for what moves more often. Everything in it is plain arrays: the
 * library hooks into the arrays it is given, which breaks reactive state.
 */
export class PriceChart {
  private readonly surface: ChartSurface;
  private readonly chart: Chart;
  private readonly overlay: Overlay;
  private readonly onReadout: (readout: Readout | undefined) => void;
  private readonly secondTimer: ReturnType<typeof setInterval>;
  private input: PriceChartInput | undefined;
  private shown: readonly Candle[] = [];
  private spanMs = 0;
  private scale: PriceScale = { min: 0, max: 1, ticks: [] };
  private xTicks: readonly AxisTick[] = [];
  private yTicks: readonly AxisTick[] = [];
  /** Where the crosshair stands; its price is the pointer's, or the close when a key put it there. */
  private crosshair: { timeMs: number; y: number | undefined } | undefined;

  constructor(
    frame: HTMLElement,
    canvas: HTMLCanvasElement,
    overlay: HTMLCanvasElement,
    onReadout: (readout: Readout | undefined) => void,
  ) {
    this.onReadout = onReadout;
    this.overlay = new Overlay(overlay);
    this.surface = new ChartSurface(
      frame,
      CANDLE_INTERVAL_MS,
      () => this.draw(),
      () => this.chart.resize(),
    );
    const theme = () => this.surface.theme;
    const options = baseOptions({
      theme,
      x: { range: () => ({ min: -0.5, max: this.slots() - 0.5 }), ticks: () => this.xTicks },
      y: { range: () => this.scale, ticks: () => this.yTicks },
      yWidth: AXIS_WIDTH,
      xHeight: X_AXIS_HEIGHT,
      onResize: () => this.surface.invalidate(),
      paddingTop: 8,
    });
    const marks = {
      id: 'marks',
      beforeDatasetsDraw: (chart: Chart) =>
        drawMarks(chart, theme(), {
          previousClose: this.previousCloseShown(),
          sessions: this.sessionMarks(),
          holes: this.input === undefined ? [] : holes(this.shown, this.spanMs),
        }),
    };
    this.chart = new Chart(canvas, { type: 'candles', data: { datasets: [] }, options, plugins: [marks] });
    this.secondTimer = setInterval(() => this.input?.streamTimeMs !== undefined && this.drawOverlay(), 1000);
  }

  show(input: PriceChartInput): void {
    this.input = input;
    this.surface.setInterval(input.kind === 'candles' ? CANDLE_INTERVAL_MS : LINE_INTERVAL_MS);
    this.surface.invalidate();
  }

  /** Puts the crosshair where the pointer is, in pixels of the frame. */
  pointAt(x: number, y: number): void {
    const index = Math.round(this.chart.scales['x']?.getValueForPixel(x) ?? 0);
    this.setCrosshair(index, Math.min(Math.max(y, this.chart.chartArea.top), this.chart.chartArea.bottom));
  }

  /** Moves the crosshair by whole candles; from the newest one when there is none yet. */
  step(by: number): void {
    const last = this.shown.length - 1;
    const from = this.crosshairIndex() ?? (by < 0 ? last + 1 : last);
    this.setCrosshair(from + by, undefined);
  }

  clearCrosshair(): void {
    if (this.crosshair === undefined) return;
    this.crosshair = undefined;
    this.drawOverlay();
    this.report();
  }

  destroy(): void {
    clearInterval(this.secondTimer);
    this.surface.destroy();
    this.chart.destroy();
  }

  private setCrosshair(index: number, y: number | undefined): void {
    const candle = this.shown[Math.min(Math.max(index, 0), this.shown.length - 1)];
    if (candle === undefined) return;
    this.crosshair = { timeMs: candle.openTimeMs, y };
    this.drawOverlay();
    this.report();
  }

  /** By time, so that it stays on its candle while new ones come; undefined too when that candle has gone. */
  private crosshairIndex(): number | undefined {
    if (this.crosshair === undefined) return undefined;
    const { timeMs } = this.crosshair;
    const index = this.shown.findIndex(({ openTimeMs }) => openTimeMs === timeMs);
    return index < 0 ? undefined : index;
  }

  private slots(): number {
    // A little air right of the newest candle, so that it does not touch the axis.
    return Math.max(this.shown.length + 1.5, LEAST_SLOTS);
  }

  private draw(): void {
    if (this.input === undefined) return;
    const { candles, intervalMs, kind, decimals } = this.input;
    const width = Math.max(0, this.chart.width - AXIS_WIDTH);
    const height = Math.max(0, this.chart.height - X_AXIS_HEIGHT - 8);
    const pointPx = kind !== 'candles' ? LINE_POINT_PX : intervalMs >= DAY_MS ? DAY_PX : CANDLE_PX;
    const multiple = chooseMultiple(candles.length, width, pointPx, intervalMs);
    this.spanMs = intervalMs * multiple;
    this.shown = multiple === 1 ? candles : groupCandles(candles, this.spanMs);
    this.scale = scalePrices(this.shown, height, decimals, this.input.previousClose);
    // The part of the axis the candles fill; labels keep their distance on that part.
    const filledPx = (width * this.shown.length) / this.slots();
    this.xTicks = layOutTimeTicks(this.shown, this.spanMs, filledPx, this.sessionMarks());
    this.yTicks = layOutPriceTicks(this.scale, height, decimals, this.previousCloseShown(), this.shown.at(-1)?.close);
    this.chart.data.datasets = this.datasets(kind, this.direction()) as ChartDataset[];
    this.chart.update('none');
    this.drawOverlay();
    this.report();
  }

  /** Over a month a line each day would be a fence, and the dates on the axis say as much. */
  private sessionMarks(): number[] {
    const starts = sessionStarts(this.shown, this.spanMs).slice(1);
    return starts.length <= MOST_SESSION_MARKS ? starts : [];
  }

  private previousCloseShown(): number | undefined {
    const close = this.input?.previousClose;
    return close !== undefined && close > this.scale.min && close < this.scale.max ? close : undefined;
  }

  private direction(): Direction {
    return directionOf(this.input?.change ?? 0);
  }

  private datasets(kind: PriceKind, direction: Direction): object[] {
    const { theme } = this.surface;
    const volume = {
      type: 'volume',
      data: this.shown,
      colours: { up: theme['volume-up'], down: theme['volume-down'] },
    };
    if (kind === 'candles') return [volume, { type: 'candles', data: this.shown, colours: theme }];
    const colour = direction === 'flat' ? theme.muted : theme[direction];
    const line = {
      type: 'line',
      data: this.shown.map(({ close }, x) => ({ x, y: close })),
      borderColor: colour,
      borderWidth: 1.75,
      borderJoinStyle: 'round',
      pointRadius: 0,
      tension: 0,
      spanGaps: false,
      fill: kind === 'area' ? 'start' : false,
      backgroundColor: () => this.fade(colour),
    };
    return [volume, line];
  }

  private fade(colour: string): CanvasGradient | string {
    const { ctx, chartArea } = this.chart;
    if (chartArea === undefined) return 'transparent';
    const gradient = ctx.createLinearGradient(0, chartArea.top, 0, chartArea.bottom);
    gradient.addColorStop(0, withAlpha(colour, 0.26));
    gradient.addColorStop(1, withAlpha(colour, 0));
    return gradient;
  }

  private drawOverlay(): void {
    const { chart, surface, input } = this;
    const context = this.overlay.begin(chart.width, chart.height, chart.currentDevicePixelRatio);
    const newest = this.shown.at(-1);
    if (input === undefined || newest === undefined) return;
    const nowMs = input.streamTimeMs?.();
    const remainingMs = newest.openTimeMs + this.spanMs - (nowMs ?? Infinity);
    const isCounting = this.spanMs < DAY_MS && remainingMs > 0 && remainingMs <= this.spanMs;
    drawLastPrice(context, chart, surface.theme, {
      price: newest.close,
      label: formatPrice(newest.close, input.decimals),
      countdown: isCounting ? formatCountdown(remainingMs) : undefined,
      direction: this.direction(),
    });
    const index = this.crosshairIndex();
    const candle = index === undefined ? undefined : this.shown[index];
    if (index === undefined || candle === undefined) return;
    const y = this.crosshair?.y ?? chart.scales['y']?.getPixelForValue(candle.close) ?? 0;
    const price = chart.scales['y']?.getValueForPixel(y) ?? candle.close;
    drawCrosshair(context, chart, surface.theme, {
      index,
      y,
      price: formatPrice(price, input.decimals),
      time: formatCandleTime(candle.openTimeMs, this.spanMs, this.shown),
    });
  }

  private report(): void {
    const index = this.crosshairIndex();
    const candle = index === undefined ? this.shown.at(-1) : this.shown[index];
    if (candle === undefined) return this.onReadout(undefined);
    const count = this.shown.length;
    const when = formatCandleTime(candle.openTimeMs, this.spanMs, this.shown);
    const hasCrosshair = index !== undefined;
    this.onReadout({ candle, spanMs: this.spanMs, index: index ?? count - 1, count, when, hasCrosshair });
  }
}
