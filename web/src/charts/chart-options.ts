import type { Chart, ChartOptions, Scale } from 'chart.js';
import type { ChartTheme } from './chart-theme.ts';

/** An axis whose range, ticks and labels are computed outside; asked anew at each update. */
export interface AxisSource {
  range(): { readonly min: number; readonly max: number };
  ticks(): readonly AxisTick[];
}

export interface AxisTick {
  readonly value: number;
  readonly label: string;
  /** A brighter label, for a tick that is a fact of its own. */
  readonly isStrong?: boolean;
  /** Its grid line. */
  readonly line?: 'none' | 'usual' | 'strong';
}

export interface BaseOptionsInput {
  readonly theme: () => ChartTheme;
  readonly x: AxisSource;
  readonly y: AxisSource;
  readonly yWidth: number;
  /** 0 when the labels stand elsewhere. */
  readonly xHeight: number;
  readonly onResize: (chart: Chart) => void;
  readonly paddingTop: number;
}

export const AXIS_FONT_PX = 12;

/**
 * Options all charts share. Nothing moves, nothing is parsed or measured by the library, and the price axis keeps its
 * width: labels that change length would else push the plot to and fro with each tick.
 */
export function baseOptions({ theme, x, y, yWidth, xHeight, onResize, paddingTop }: BaseOptionsInput): ChartOptions {
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    resizeDelay: 100,
    events: [],
    layout: { padding: { top: paddingTop } },
    onResize,
    scales: {
      x: {
        ...axisOptions(x, theme),
        position: 'bottom',
        afterFit: (scale) => {
          scale.height = xHeight;
          scale.paddingLeft = 0;
          scale.paddingRight = 0;
        },
      },
      y: {
        ...axisOptions(y, theme),
        position: 'right',
        afterFit: (scale) => {
          scale.width = yWidth;
          scale.paddingTop = 0;
          scale.paddingBottom = 0;
        },
      },
    },
  };
}

function axisOptions(source: AxisSource, theme: () => ChartTheme) {
  let ticks: readonly AxisTick[] = [];
  return {
    type: 'linear' as const,
    // The library would else widen the range to its own round numbers.
    bounds: 'data' as const,
    border: { display: false },
    afterDataLimits: (scale: Scale) => {
      const { min, max } = source.range();
      scale.min = min;
      scale.max = max;
    },
    afterBuildTicks: (scale: Scale) => {
      ticks = source.ticks();
      scale.ticks = ticks.map(({ value }) => ({ value }));
    },
    grid: {
      drawTicks: false,
      color: ({ index }: { index: number }) => lineColour(ticks[index], theme()),
    },
    ticks: {
      autoSkip: false,
      maxRotation: 0,
      minRotation: 0,
      padding: 8,
      font: () => ({ size: AXIS_FONT_PX, family: theme().fontFamily }),
      color: ({ index }: { index: number }) => (ticks[index]?.isStrong ? theme().text : theme().faint),
      callback: (_value: unknown, index: number) => ticks[index]?.label ?? '',
    },
  };
}

function lineColour(tick: AxisTick | undefined, theme: ChartTheme): string {
  if (tick?.line === 'none') return 'transparent';
  return tick?.line === 'strong' ? theme.divider : theme.hairline;
}
