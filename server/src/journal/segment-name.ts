import { join } from 'node:path';

const PATTERN = /^(\d{8})\.ndjson$/;

/** Segments are numbered in the order they were begun. */
export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(8, '0')}.ndjson`);
}

/** @returns undefined of a file that is no segment */
export function segmentNumber(name: string): number | undefined {
  const digits = PATTERN.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
