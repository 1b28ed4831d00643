import { readTheme, watchTheme, type ChartTheme } from './chart-theme.ts';
import { frames, type Drawing } from './frame-scheduler.ts';

/**
 * What every chart needs of the page around it: its turn in the frame, the theme's colours, and to know whether it can
 * be seen and how many device pixels a pixel has.
 */
export class ChartSurface {
  readonly frame: HTMLElement;
  theme: ChartTheme;
  private readonly drawing: Drawing;
  private readonly endings: (() => void)[] = [];

  constructor(frame: HTMLElement, intervalMs: number, draw: () => void, onPixelRatio: () => void) {
    this.frame = frame;
    this.theme = readTheme(frame);
    this.drawing = frames.add(draw, intervalMs);
    this.endings.push(
      () => this.drawing.remove(),
      watchTheme(() => {
        this.theme = readTheme(frame);
        this.invalidate();
      }),
      watchVisibility(frame, (isVisible) => this.drawing.setVisible(isVisible)),
      watchPixelRatio(() => {
        onPixelRatio();
        this.invalidate();
      }),
    );
  }

  invalidate(): void {
    this.drawing.invalidate();
  }

  setInterval(intervalMs: number): void {
    this.drawing.setInterval(intervalMs);
  }

  destroy(): void {
    for (const end of this.endings.splice(0).reverse()) end();
  }
}

function watchVisibility(element: Element, onChange: (isVisible: boolean) => void): () => void {
  const observer = new IntersectionObserver((entries) => onChange(entries.at(-1)?.isIntersecting ?? true));
  observer.observe(element);
  return () => observer.disconnect();
}

/** A query matches one ratio only, so it is asked anew after each change. */
function watchPixelRatio(onChange: () => void): () => void {
  let query: MediaQueryList;
  const changed = () => {
    watch();
    onChange();
  };
  const watch = () => {
    query?.removeEventListener('change', changed);
    query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener('change', changed);
  };
  watch();
  return () => query.removeEventListener('change', changed);
}
