/**
 * Rough flags, 30 by 20, readable at 20 pixels: stripes and one mark. They are drawn because an emoji flag is two letters
 * wherever the system brings no emoji font. Countries are ISO 3166-1 alpha-2, or `gb-eng` and its like.
 */

/** A filled path in a box of 30 by 20. */
export interface FlagShape {
  readonly path: string;
  readonly fill: string;
}

type Stripe = readonly [fill: string, weight: number];

const rect = (x: number, y: number, width: number, height: number, fill: string): FlagShape => ({
  path: `M${x} ${y}h${width}v${height}h${-width}z`,
  fill,
});
const disc = (x: number, y: number, radius: number, fill: string): FlagShape => ({
  path: `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${radius * 2} 0a${radius} ${radius} 0 1 0 ${-radius * 2} 0z`,
  fill,
});
const star = (x: number, y: number, radius: number, fill: string): FlagShape => {
  const points = Array.from({ length: 10 }, (_, index) => {
    const angle = (Math.PI * index) / 5 - Math.PI / 2;
    const reach = index % 2 === 0 ? radius : radius * 0.4;
    return `${(x + reach * Math.cos(angle)).toFixed(2)} ${(y + reach * Math.sin(angle)).toFixed(2)}`;
  });
  return { path: `M${points.join('L')}z`, fill };
};

function stripes(list: readonly Stripe[], direction: 'across' | 'down'): FlagShape[] {
  const total = list.reduce((sum, [, weight]) => sum + weight, 0);
  let from = 0;
  return list.map(([fill, weight]) => {
    const start = from;
    from += weight / total;
    return direction === 'across'
      ? rect(0, start * 20, 30, (from - start) * 20, fill)
      : rect(start * 30, 0, (from - start) * 30, 20, fill);
  });
}
const across = (...fills: string[]) =>
  stripes(
    fills.map((fill): Stripe => [fill, 1]),
    'across',
  );
const down = (...fills: string[]) =>
  stripes(
    fills.map((fill): Stripe => [fill, 1]),
    'down',
  );
const field = (fill: string) => [rect(0, 0, 30, 20, fill)];
/** A cross with its upright at `x`. */
const cross = (x: number, width: number, fill: string) => [
  rect(0, 10 - width / 2, 30, width, fill),
  rect(x - width / 2, 0, width, 20, fill),
];
const unionJack = (width: number, height: number): FlagShape[] => [
  rect(0, 0, width, height, '#012169'),
  rect(0, height * 0.34, width, height * 0.32, '#fff'),
  rect(width * 0.4, 0, width * 0.2, height, '#fff'),
  rect(0, height * 0.42, width, height * 0.16, '#c8102e'),
  rect(width * 0.45, 0, width * 0.1, height, '#c8102e'),
];
const checks = (x: number, y: number, size: number, count: number): FlagShape[] => [
  rect(x, y, size * count, size * count, '#fff'),
  ...Array.from({ length: count * count }, (_, index) => index)
    .filter((index) => (index + Math.floor(index / count)) % 2 === 0)
    .map((index) => rect(x + (index % count) * size, y + Math.floor(index / count) * size, size, size, '#d6001c')),
];

const FLAGS: Readonly<Record<string, () => readonly FlagShape[]>> = {
  ar: () => [...across('#74acdf', '#fff', '#74acdf'), disc(15, 10, 2.4, '#f6b40e')],
  au: () => [
    ...field('#012169'),
    ...unionJack(15, 10),
    star(7.5, 15, 2.6, '#fff'),
    star(22.5, 5, 1.6, '#fff'),
    star(19, 10, 1.6, '#fff'),
    star(26, 9, 1.6, '#fff'),
    star(22.5, 16, 1.6, '#fff'),
  ],
  be: () => down('#000', '#fdda24', '#ef3340'),
  br: () => [...field('#009739'), { path: 'M15 2L28 10L15 18L2 10z', fill: '#fedd00' }, disc(15, 10, 4.3, '#012169')],
  ca: () => [
    ...stripes(
      [
        ['#d80621', 1],
        ['#fff', 2],
        ['#d80621', 1],
      ],
      'down',
    ),
    {
      path: 'M15 3.5l1.6 3 1.9-1-.6 3.6 2.6-.6-.8 2.2-3.7 3.2.3 1.2-1-.2V17h-.6v-2.1l-1 .2.3-1.2-3.7-3.2-.8-2.2 2.6.6-.6-3.6 1.9 1z',
      fill: '#d80621',
    },
  ],
  ch: () => [...field('#da291c'), rect(13, 4, 4, 12, '#fff'), rect(9, 8, 12, 4, '#fff')],
  cm: () => [...down('#007a5e', '#ce1126', '#fcd116'), star(15, 10, 3.2, '#fcd116')],
  cr: () =>
    stripes(
      [
        ['#002b7f', 1],
        ['#fff', 1],
        ['#ce1126', 2],
        ['#fff', 1],
        ['#002b7f', 1],
      ],
      'across',
    ),
  de: () => across('#000', '#dd0000', '#ffce00'),
  dk: () => [...field('#c8102e'), ...cross(10.5, 3, '#fff')],
  ec: () => [
    ...stripes(
      [
        ['#ffdd00', 2],
        ['#034ea2', 1],
        ['#ed1c24', 1],
      ],
      'across',
    ),
    disc(15, 9.5, 3.2, '#8c6d3b'),
    disc(15, 9.5, 2.2, '#7fb7d9'),
  ],
  es: () => [
    ...stripes(
      [
        ['#aa151b', 1],
        ['#f1bf00', 2],
        ['#aa151b', 1],
      ],
      'across',
    ),
    rect(7, 8, 3.4, 4.4, '#aa151b'),
  ],
  fr: () => down('#0055a4', '#fff', '#ef4135'),
  'gb-eng': () => [...field('#fff'), ...cross(15, 4, '#ce1124')],
  'gb-sct': () => [
    ...field('#005eb8'),
    { path: 'M0 0h3L15 8 27 0h3v2L18 10l12 8v2h-3L15 12 3 20H0v-2l12-8L0 2z', fill: '#fff' },
  ],
  'gb-wls': () => [
    ...across('#fff', '#00ab39'),
    { path: 'M7 13l3-3-2-3 4 1 3-3 2 2 4-1-2 3 3 3-4-1 1 4-3-2-2 2-2-2-3 2z', fill: '#d30731' },
  ],
  gh: () => [...across('#ce1126', '#fcd116', '#006b3f'), star(15, 10, 3.4, '#000')],
  hr: () => [...across('#ff0000', '#fff', '#171796'), ...checks(11, 5.5, 1.6, 5)],
  ir: () => [...across('#239f40', '#fff', '#da0000'), disc(15, 10, 2, '#da0000')],
  jp: () => [...field('#fff'), disc(15, 10, 5.6, '#bc002d')],
  kr: () => [
    ...field('#fff'),
    { path: 'M10 10a5 5 0 0 1 10 0z', fill: '#cd2e3a' },
    { path: 'M10 10a5 5 0 0 0 10 0z', fill: '#0047a0' },
    rect(4, 4, 3.4, 2.2, '#000'),
    rect(22.6, 4, 3.4, 2.2, '#000'),
    rect(4, 13.8, 3.4, 2.2, '#000'),
    rect(22.6, 13.8, 3.4, 2.2, '#000'),
  ],
  ma: () => [...field('#c1272d'), star(15, 10.3, 5, '#006233'), star(15, 10.3, 3.2, '#c1272d')],
  mx: () => [...down('#006847', '#fff', '#ce1126'), disc(15, 10, 2.4, '#8f6b32')],
  nl: () => across('#ae1c28', '#fff', '#21468b'),
  pl: () => across('#fff', '#dc143c'),
  pt: () => [
    ...stripes(
      [
        ['#046a38', 2],
        ['#da291c', 3],
      ],
      'down',
    ),
    disc(12, 10, 3.8, '#ffe900'),
    disc(12, 10, 2, '#da291c'),
  ],
  qa: () => [
    ...field('#8a1538'),
    {
      path: 'M0 0h9l3 1.11-3 1.11 3 1.11-3 1.11 3 1.11-3 1.11 3 1.11-3 1.11 3 1.11-3 1.11 3 1.11-3 1.11 3 1.11-3 1.11 3 1.11-3 1.11 3 1.11-3 1.13H0z',
      fill: '#fff',
    },
  ],
  rs: () => [
    ...across('#c6363c', '#0c4076', '#fff'),
    rect(8, 5.5, 4.6, 6.5, '#c6363c'),
    rect(9.2, 6.8, 2.2, 3.8, '#fff'),
  ],
  sa: () => [...field('#006c35'), rect(7, 6, 16, 3.2, '#fff'), rect(8, 12.6, 14, 1.4, '#fff')],
  sn: () => [...down('#00853f', '#fdef42', '#e31b23'), star(15, 10, 3, '#00853f')],
  tn: () => [
    ...field('#e70013'),
    disc(15, 10, 5.4, '#fff'),
    disc(15.4, 10, 3.9, '#e70013'),
    disc(16.4, 10, 3.1, '#fff'),
    star(16.4, 10, 2.2, '#e70013'),
  ],
  us: () => [
    ...stripes(
      Array.from({ length: 7 }, (_, index): Stripe => [index % 2 === 0 ? '#b31942' : '#fff', 1]),
      'across',
    ),
    rect(0, 0, 13, 11.43, '#0a3161'),
    ...[2.5, 5.7, 8.9].flatMap((y) => [2.6, 6.5, 10.4].map((x) => disc(x, y, 0.8, '#fff'))),
  ],
  uy: () => [
    ...stripes(
      Array.from({ length: 9 }, (_, index): Stripe => [index % 2 === 0 ? '#fff' : '#0038a8', 1]),
      'across',
    ),
    rect(0, 0, 11, 11.11, '#fff'),
    disc(5.5, 5.6, 3, '#fcd116'),
  ],
};

const drawn = new Map<string, readonly FlagShape[]>();

/** The shapes of a country's flag, bottom first; undefined for one without a drawing. */
export function flagOf(country: string | undefined): readonly FlagShape[] | undefined {
  if (country === undefined) return undefined;
  const code = country.toLowerCase();
  let shapes = drawn.get(code);
  if (shapes === undefined) {
    shapes = FLAGS[code]?.();
    if (shapes !== undefined) drawn.set(code, shapes);
  }
  return shapes;
}
