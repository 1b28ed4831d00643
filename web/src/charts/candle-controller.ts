import { DatasetController } from 'chart.js';
import type { Candle } from './candle-series.ts';
import { VOLUME_SHARE } from './price-scale.ts';

export interface CandleColours {
  readonly up: string;
  readonly down: string;
}

declare module 'chart.js' {
  interface ChartTypeRegistry {
    candles: BatchEntry;
    volume: BatchEntry;
  }
}
interface BatchEntry {
  chartOptions: object;
  datasetOptions: { colours: CandleColours };
  defaultDataPoint: Candle;
  metaExtensions: object;
  parsedDataType: Candle;
  scales: 'linear';
}

/**
 * Draws a whole dataset in two fills, one for each direction, straight from the candles. The library's way, an element
 * object for each point, costs three times as much for a thousand candles and gives nothing that is used here.
 */
abstract class BatchController extends DatasetController {
  /** The library wants some element named; none is ever made. */
  static defaults = { datasetElementType: false, dataElementType: 'point' };

  override addElements(): void {}
  override buildOrUpdateElements(): void {}
  override update(): void {}

  override draw(): void {
    const { ctx } = this.chart;
    const { data, colours } = this.getDataset() as unknown as { data: readonly Candle[]; colours: CandleColours };
    const paths = { up: new Path2D(), down: new Path2D() };
    this.trace(data, (candle) => (candle.close >= candle.open ? paths.up : paths.down));
    ctx.fillStyle = colours.up;
    ctx.fill(paths.up);
    ctx.fillStyle = colours.down;
    ctx.fill(paths.down);
  }

  protected abstract trace(data: readonly Candle[], pathOf: (candle: Candle) => Path2D): void;

  /** Onto the grid of device pixels, where an edge is sharp. */
  protected snap(value: number): number {
    const ratio = this.chart.currentDevicePixelRatio;
    return Math.round(value * ratio) / ratio;
  }

  /** Width of one candle's body, and of its wick, in whole device pixels of the same parity: the wick is centred. */
  protected widths(): { body: number; wick: number } {
    const ratio = this.chart.currentDevicePixelRatio;
    const x = this.chart.scales['x'];
    const step = x === undefined ? 1 : (x.getPixelForValue(1) - x.getPixelForValue(0)) * ratio;
    const wick = Math.max(1, Math.floor(ratio));
    let body = Math.max(wick, Math.floor(Math.min(step * 0.68, 18 * ratio)));
    if ((body - wick) % 2 !== 0) body--;
    return { body: Math.max(body, wick) / ratio, wick: wick / ratio };
  }
}

export class CandleController extends BatchController {
  static id = 'candles';

  protected override trace(data: readonly Candle[], pathOf: (candle: Candle) => Path2D): void {
    const { x, y } = this.chart.scales;
    if (x === undefined || y === undefined) return;
    const { body, wick } = this.widths();
    const hair = 1 / this.chart.currentDevicePixelRatio;
    for (const [index, candle] of data.entries()) {
      const path = pathOf(candle);
      const left = this.snap(x.getPixelForValue(index) - body / 2);
      const top = this.snap(y.getPixelForValue(Math.max(candle.open, candle.close)));
      const bottom = this.snap(y.getPixelForValue(Math.min(candle.open, candle.close)));
      const high = this.snap(y.getPixelForValue(candle.high));
      const low = this.snap(y.getPixelForValue(candle.low));
      // A candle that closed where it opened is still a line.
      const height = Math.max(bottom - top, hair);
      path.rect(left, top, body, height);
      const wickLeft = left + (body - wick) / 2;
      if (high < top) path.rect(wickLeft, high, wick, top - high);
      if (low > top + height) path.rect(wickLeft, top + height, wick, low - top - height);
    }
  }
}

/** Bars along the plot's foot, scaled to the busiest one in sight. */
export class VolumeController extends BatchController {
  static id = 'volume';

  protected override trace(data: readonly Candle[], pathOf: (candle: Candle) => Path2D): void {
    const { x } = this.chart.scales;
    const { chartArea } = this.chart;
    let most = 0;
    for (const { volume } of data) most = Math.max(most, volume);
    if (x === undefined || most === 0) return;
    const { body } = this.widths();
    const room = chartArea.height * VOLUME_SHARE * 0.92;
    const bottom = this.snap(chartArea.bottom);
    for (const [index, candle] of data.entries()) {
      const left = this.snap(x.getPixelForValue(index) - body / 2);
      const top = this.snap(bottom - (candle.volume / most) * room);
      if (top < bottom) pathOf(candle).rect(left, top, body, bottom - top);
    }
  }
}
