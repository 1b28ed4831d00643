import type { Logger } from '../../src/logger.ts';

/** A logger that keeps what a person on duty would have to look at. */
export class LogLines implements Logger {
  readonly errors: unknown[] = [];
  readonly warnings: unknown[] = [];

  debug = (): void => undefined;
  info = (): void => undefined;
  warn = (...line: unknown[]): void => void this.warnings.push(line);
  error = (...line: unknown[]): void => void this.errors.push(line);
  fatal = (...line: unknown[]): void => void this.errors.push(line);
}
