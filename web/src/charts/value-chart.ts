import type { ChartDataset } from 'chart.js';
import { baseOptions, type AxisTick } from './chart-options.ts';
import { Chart } from './chart-setup.ts';
import { ChartSurface } from './chart-surface.ts';
import { withAlpha } from './chart-theme.ts';
import { Overlay } from './overlay.ts';
import { drawCrosshair, drawLastPrice } from './price-marks.ts';
import {
  formatAxisValue,
  formatTagValue,
  layOutInstants,
  layOutValues,
  timeRangeOf,
  valueRangeOf,
  type AxisRange,
} from './value-axes.ts';
import { nearestPoint, type ValuePoint } from './value-series.ts';
import { formatInstant } from './value-summary.ts';

export interface ValueReadout {
  readonly point: ValuePoint;
  readonly index: number;
  readonly count: number;
  readonly when: string;
}

const INTERVAL_MS = 250;
const AXIS_WIDTH = 72;
const X_AXIS_HEIGHT = 28;
const PADDING_TOP = 8;

/**
 * A number over event time on a Chart.js canvas. The line has steps: a field holds its value until the next one comes,
 * and a slope would show values that never were. Everything in it is plain arrays, as in `PriceChart`.
 */
export class ValueChart {
  private readonly surface: ChartSurface;
  private readonly chart: Chart;
  private readonly overlay: Overlay;
  private readonly onReadout: (readout: ValueReadout | undefined) => void;
  private points: readonly ValuePoint[] = [];
  private xRange: AxisRange = { min: 0, max: 1 };
  private yRange: AxisRange = { min: 0, max: 1 };
  private xTicks: readonly AxisTick[] = [];
  private yTicks: readonly AxisTick[] = [];
  /** Where the crosshair stands; its height is the pointer's, or the value's when a key put it there. */
  private crosshair: { readonly timeMs: number; readonly y: number | undefined } | undefined;

  constructor(
    frame: HTMLElement,
    canvas: HTMLCanvasElement,
    overlay: HTMLCanvasElement,
    onReadout: (readout: ValueReadout | undefined) => void,
  ) {
    this.onReadout = onReadout;
    this.overlay = new Overlay(overlay);
    this.surface = new ChartSurface(
      frame,
      INTERVAL_MS,
      () => this.draw(),
      () => this.chart.resize(),
    );
    const options = baseOptions({
      theme: () => this.surface.theme,
      x: { range: () => this.xRange, ticks: () => this.xTicks },
      y: { range: () => this.yRange, ticks: () => this.yTicks },
      yWidth: AXIS_WIDTH,
      xHeight: X_AXIS_HEIGHT,
      onResize: () => this.surface.invalidate(),
      paddingTop: PADDING_TOP,
    });
    this.chart = new Chart(canvas, { type: 'line', data: { datasets: [] }, options });
  }

  show(points: readonly ValuePoint[]): void {
    this.points = points;
    this.surface.invalidate();
  }

  /** Puts the crosshair where the pointer is, in pixels of the frame. */
  pointAt(x: number, y: number): void {
    const timeMs = this.chart.scales['x']?.getValueForPixel(x) ?? 0;
    const { top, bottom } = this.chart.chartArea;
    this.setCrosshair(nearestPoint(this.points, timeMs), Math.min(Math.max(y, top), bottom));
  }

  /** Moves the crosshair by whole points; from the newest one when there is none yet. */
  step(by: number): void {
    const last = this.points.length - 1;
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
    this.surface.destroy();
    this.chart.destroy();
  }

  private setCrosshair(index: number, y: number | undefined): void {
    const point = this.points[Math.min(Math.max(index, 0), this.points.length - 1)];
    if (point === undefined) return;
    this.crosshair = { timeMs: point.timeMs, y };
    this.drawOverlay();
    this.report();
  }

  /** By time, so that it stays on its point while new ones come; undefined too when the line is another. */
  private crosshairIndex(): number | undefined {
    if (this.crosshair === undefined) return undefined;
    const index = nearestPoint(this.points, this.crosshair.timeMs);
    return this.points[index]?.timeMs === this.crosshair.timeMs ? index : undefined;
  }

  private draw(): void {
    const { points, chart } = this;
    this.xRange = timeRangeOf(points);
    this.yRange = valueRangeOf(points);
    this.xTicks = points.length === 0 ? [] : layOutInstants(this.xRange, Math.max(0, chart.width - AXIS_WIDTH));
    const height = Math.max(0, chart.height - X_AXIS_HEIGHT - PADDING_TOP);
    this.yTicks = points.length === 0 ? [] : layOutValues(this.yRange, height, points.at(-1)?.value);
    chart.data.datasets = [this.dataset()] as ChartDataset[];
    chart.update('none');
    this.drawOverlay();
    this.report();
  }

  private dataset(): object {
    const { accent } = this.surface.theme;
    return {
      type: 'line',
      data: this.points.map(({ timeMs, value }) => ({ x: timeMs, y: value })),
      stepped: 'before',
      borderColor: accent,
      borderWidth: 1.75,
      borderJoinStyle: 'round',
      // A single value is no line yet.
      pointRadius: this.points.length === 1 ? 3 : 0,
      pointBackgroundColor: accent,
      fill: 'start',
      backgroundColor: () => this.fade(accent),
    };
  }

  private fade(colour: string): CanvasGradient | string {
    const { ctx, chartArea } = this.chart;
    if (chartArea === undefined) return 'transparent';
    const gradient = ctx.createLinearGradient(0, chartArea.top, 0, chartArea.bottom);
    gradient.addColorStop(0, withAlpha(colour, 0.2));
    gradient.addColorStop(1, withAlpha(colour, 0));
    return gradient;
  }

  private drawOverlay(): void {
    const { chart, surface, points } = this;
    const context = this.overlay.begin(chart.width, chart.height, chart.currentDevicePixelRatio);
    const newest = points.at(-1);
    if (newest === undefined) return;
    drawLastPrice(context, chart, surface.theme, {
      price: newest.value,
      label: formatTagValue(newest.value, this.yRange),
      countdown: undefined,
      direction: 'flat',
    });
    const point = points[this.crosshairIndex() ?? points.length];
    if (point === undefined) return;
    const y = this.crosshair?.y ?? chart.scales['y']?.getPixelForValue(point.value) ?? 0;
    const height = chart.scales['y']?.getValueForPixel(y) ?? point.value;
    drawCrosshair(context, chart, surface.theme, {
      index: point.timeMs,
      y,
      price: formatAxisValue(height, (this.yRange.max - this.yRange.min) / 100),
      time: formatInstant(point.timeMs, points),
    });
  }

  private report(): void {
    const index = this.crosshairIndex() ?? this.points.length - 1;
    const point = this.points[index];
    if (point === undefined) return this.onReadout(undefined);
    this.onReadout({ point, index, count: this.points.length, when: formatInstant(point.timeMs, this.points) });
  }
}
