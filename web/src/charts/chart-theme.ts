const TOKENS = [
  'bg',
  'panel',
  'raised',
  'text',
  'muted',
  'faint',
  'control',
  'hairline',
  'divider',
  'accent',
  'live',
  'up',
  'down',
  'on-up',
  'on-down',
  'volume-up',
  'volume-down',
  'home',
  'away',
  'draw',
] as const;
type Token = (typeof TOKENS)[number];

/** The page's colours as a canvas understands them, `rgb(...)` each, and its font family. */
export type ChartTheme = Readonly<Record<Token, string>> & { readonly fontFamily: string };

/** Resolves the tokens through an element: a custom property may itself be a `var()` or a `light-dark()`. */
export function readTheme(within: HTMLElement): ChartTheme {
  const probe = within.ownerDocument.createElement('span');
  probe.hidden = true;
  within.append(probe);
  const style = getComputedStyle(probe);
  const colours = {} as Record<Token, string>;
  for (const token of TOKENS) {
    probe.style.color = `var(--${token})`;
    colours[token] = style.color;
  }
  const theme = { ...colours, fontFamily: style.fontFamily };
  probe.remove();
  return theme;
}

/** `rgb(1, 2, 3)` at an opacity of 0..1. */
export function withAlpha(colour: string, alpha: number): string {
  const parts = colour.match(/[\d.]+/g);
  return parts === null ? colour : `rgba(${parts.slice(0, 3).join(', ')}, ${alpha})`;
}

/** Calls back after the theme, the palette or the system's preference changed. Answers the way to stop. */
export function watchTheme(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['data-theme', 'data-palette', 'class', 'style'],
  });
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', onChange);
  return () => {
    observer.disconnect();
    system.removeEventListener('change', onChange);
  };
}
