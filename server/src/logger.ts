import { pino, stdTimeFunctions, type Logger as PinoLogger } from 'pino';

/** One line of JSON a happening, on standard error. Info is for what changes the life of the process, not for traffic. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export function createLogger(level: LogLevel): Logger {
  return pino({ level, base: undefined, timestamp: stdTimeFunctions.isoTime }, process.stderr);
}
