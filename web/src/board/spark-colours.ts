import type { ThemeName } from '../route/theme.svelte.ts';
import type { SparkColours } from './sparkline.ts';

const known = new Map<ThemeName, SparkColours>();

/** The tokens as canvas needs them, read once a theme: computing styles for each row and tick would cost far more. */
export function sparkColours(theme: ThemeName): SparkColours {
  const before = known.get(theme);
  if (before !== undefined) return before;
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const colours: SparkColours = {
    line: token('--line'),
    baseline: token('--control'),
    up: token('--up'),
    down: token('--down'),
    flat: token('--muted'),
  };
  known.set(theme, colours);
  return colours;
}
