import { MAX_SPEED } from '@bigboard/shared/operations';
import { RecordingError } from '@bigboard/shared/recording';
import { ProducerError } from './producer.mjs';

/** What whoever runs a command can put right. Its message is one line. */
export class UsageError extends Error {}

/** Runs a command; what its user can put right is told in one line, with exit code 1, and a fault of ours is shown whole. */
export async function runScript(name: string, main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    // Whoever reads had enough, as `head` does: that is no failure.
    if (isSystemError(error) && error.code === 'EPIPE') process.exit(0);
    const isTheirs = error instanceof UsageError || error instanceof ProducerError || error instanceof RecordingError;
    if (!isTheirs && !isSystemError(error)) throw error;
    process.stderr.write(`${name}: ${error.message} (npm run ${name} -- --help tells more)\n`);
    process.exitCode = 1;
  }
}

export function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`--${name} ${text}: a whole number from ${min} to ${max}`);
}

/** More than 0. */
export function someNumber(name: string, text: string, max: number): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
  if (value > 0 && value <= max) return value;
  throw new UsageError(`--${name} ${text}: a number above 0, up to ${max}`);
}

export function readSpeed(text: string): number {
  const speed = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (speed <= MAX_SPEED) return speed;
  throw new UsageError(`--speed ${text}: a number from 0 to ${MAX_SPEED}`);
}

export function boardUrl(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new UsageError(`${name} ${text}: the address of a board, such as http://127.0.0.1:3000`);
  }
  return url.origin;
}

export function recordingName(name: string, text: string): string {
  if (/\.ndjson(\.gz)?$/.test(text)) return text;
  throw new UsageError(`${name} ${text}: a name that ends in .ndjson or .ndjson.gz`);
}

/** @param parse as of `parseArgs`, whose own errors are for the user */
export function readingArguments<Arguments>(parse: () => Arguments): Arguments {
  try {
    return parse();
  } catch (error) {
    // What follows the first sentence is how to pass a file whose name begins with a dash.
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error));
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
