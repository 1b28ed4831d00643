/** Numbers as the board writes them. Constructing an Intl formatter costs far more than using one, so each is kept. */

const LOCALE = 'en-GB';
const MINUS = '\u2212';
const THIN_SPACE = '\u202f';
/** For what a feed has not told: types are believed here, not checked. */
export const NO_NUMBER = '–';

const fixedFormats = new Map<number, Intl.NumberFormat>();
const signedFormats = new Map<number, Intl.NumberFormat>();

function formatOf(formats: Map<number, Intl.NumberFormat>, decimals: number, signed: boolean): Intl.NumberFormat {
  let format = formats.get(decimals);
  if (format === undefined) {
    format = new Intl.NumberFormat(LOCALE, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      signDisplay: signed ? 'exceptZero' : 'auto',
    });
    formats.set(decimals, format);
  }
  return format;
}

/** Intl writes a hyphen, which is narrower than the plus sign; a column of changes then does not line up. */
/** Whether a feed has told this number. */
export function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function write(formats: Map<number, Intl.NumberFormat>, value: number, decimals: number, signed: boolean): string {
  return isNumber(value) ? withRealMinus(formatOf(formats, decimals, signed).format(value)) : NO_NUMBER;
}

function withRealMinus(text: string): string {
  return text.replace('-', MINUS);
}

/** `1234.5` -> `1,234.50` */
export function formatPrice(value: number, decimals = 2): string {
  return write(fixedFormats, value, decimals, false);
}

/** `4.22` -> `+4.22`, `-0.3` -> `−0.30`, zero without a sign. */
export function formatSigned(value: number, decimals = 2): string {
  return write(signedFormats, value, decimals, true);
}

/** A change in percent points as they come (`5.15`) -> `+5.15%`. */
export function formatPercent(value: number, decimals = 2): string {
  return isNumber(value) ? `${formatSigned(value, decimals)}%` : NO_NUMBER;
}

/** A share 0..1 -> `66%`. */
export function formatShare(value: number): string {
  if (!isNumber(value)) return NO_NUMBER;
  // What is not settled must not be written as if it were.
  if (value > 0.99 && value < 1) return '>99%';
  if (value > 0 && value < 0.01) return '<1%';
  return `${formatInteger(Math.round(value * 100))}%`;
}

export function formatInteger(value: number): string {
  return write(fixedFormats, value, 0, false);
}

const COMPACT_STEPS: readonly (readonly [number, string])[] = [
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
];

/** Volumes: `1840000` -> `1.84 M`, `18200` -> `18.2 K`, `840` -> `840`. */
export function formatCompact(value: number): string {
  for (const [step, letter] of COMPACT_STEPS) {
    if (Math.abs(value) >= step)
      return `${formatOf(fixedFormats, step === 1e3 ? 1 : 2, false).format(value / step)}${THIN_SPACE}${letter}`;
  }
  return formatInteger(value);
}

export type Direction = 'up' | 'down' | 'flat';

export function directionOf(change: number): Direction {
  if (change > 0) return 'up';
  return change < 0 ? 'down' : 'flat';
}

/** Always beside a signed number and hidden from assistive technology: colour alone never carries direction. */
export const DIRECTION_GLYPH: Readonly<Record<Direction, string>> = { up: '▲', down: '▼', flat: '■' };
