import { Redis, type Command } from 'ioredis';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import { RedisFailure } from './redis-failure.ts';
import type { RedisScript } from './redis-script.ts';

export const COMMAND_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 2_000;
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 500;
/** One that stands still never says goodbye: waiting for it would only keep what is addressed to it in memory. */
const GOODBYE_MS = 20;
/** A listening connection that a broken network has cut is silent, as one without news is: it is asked for a sign of life. */
const LISTENER_PING_MS = 2_000;
/** Refusals after which the connection is of no use until it is made anew: to a process that is not ready, or no longer the right one. */
const DROPS: ReadonlySet<string> = new Set([
  'LOADING',
  'READONLY',
  'MASTERDOWN',
  'NOSCRIPT',
  'NOAUTH',
  'NOPERM',
  'UNBLOCKED',
]);

export interface RedisAddress {
  readonly url: string;
  /** How Redis lists the connections of this instance. */
  readonly name: string;
}

/** What Redis answers: texts, whole numbers, lists, or nothing. */
export type RedisReply = string | number | null | readonly RedisReply[];

/**
 * The connection for commands. It is ready or it is not; while it is not, everything is refused at once, and nothing waits
 * in memory. Whatever it was asked and had not answered when it was lost is refused too, and may have been done.
 */
export class RedisLink {
  /** The address without its password. */
  readonly place: string;
  readonly #redis: Redis;
  readonly #scripts: readonly RedisScript[];
  readonly #log: Logger;
  readonly #readyListeners = new Set<(runId: string) => void>();
  readonly #unreadyListeners = new Set<(failure: string) => void>();
  #runId: string | undefined;
  #failure: string | undefined = 'not connected yet';
  #lastError: string | undefined;
  /** Counts the connections: what was begun on an earlier one says nothing of this one. */
  #connection = 0;
  #isClosed = false;

  /** @param scripts all that it will be asked to run */
  constructor(address: RedisAddress, scripts: readonly RedisScript[], log: Logger) {
    this.#scripts = scripts;
    this.#log = log;
    const { host, port } = new URL(address.url);
    this.place = port === '' ? `${host}:6379` : host;
    this.#redis = new GuardedRedis(address.url, {
      ...optionsOf(address, ''),
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
    });
    this.#redis.on('ready', () => void this.#greet());
    this.#redis.on('error', (error: Error) => (this.#lastError = wordsOf(error)));
    this.#redis.on('close', () => this.#lose(this.#lastError ?? 'the connection was closed'));
  }

  /** Of the Redis process it speaks to, another one after each restart; undefined while it is not ready. */
  get runId(): string | undefined {
    return this.#runId;
  }

  /** Why it is not ready, in words. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Answers come in the order of the calls. @throws RedisFailure */
  run(script: RedisScript, keys: readonly string[], args: readonly (string | number)[]): Promise<RedisReply> {
    return this.command('EVALSHA', script.sha, keys.length, ...keys, ...args);
  }

  /** @throws RedisFailure */
  async command(name: string, ...args: readonly (string | number)[]): Promise<RedisReply> {
    if (this.#runId === undefined) throw new RedisFailure('AWAY', `Redis is away: ${this.#failure}`);
    const connection = this.#connection;
    try {
      return (await this.#redis.call(name, ...args)) as RedisReply;
    } catch (error) {
      const failure = failureOf(error);
      if (connection === this.#connection && (failure.code === 'AWAY' || DROPS.has(failure.code))) {
        this.drop(failure.message);
      }
      throw failure;
    }
  }

  /** Hears each time it has become ready, of which process. */
  onReady(listener: (runId: string) => void): () => void {
    this.#readyListeners.add(listener);
    return () => this.#readyListeners.delete(listener);
  }

  /** Hears each time it has been lost, and why. */
  onUnready(listener: (failure: string) => void): () => void {
    this.#unreadyListeners.add(listener);
    return () => this.#unreadyListeners.delete(listener);
  }

  /** Gives this connection up and makes another. */
  drop(reason: string): void {
    if (this.#isClosed) return;
    this.#lose(reason);
    this.#redis.disconnect(true);
  }

  close(): void {
    this.#isClosed = true;
    this.#lose('closed');
    this.#readyListeners.clear();
    this.#unreadyListeners.clear();
    this.#redis.disconnect();
  }

  /** Makes sure that it takes commands, and knows the scripts. */
  async #greet(): Promise<void> {
    const connection = ++this.#connection;
    try {
      const info = await this.#redis.info('server');
      for (const { text } of this.#scripts) await this.#redis.script('LOAD', text);
      const runId = /^run_id:(\w+)/m.exec(info)?.[1];
      if (runId === undefined) throw new Error('Redis does not say which process it is');
      if (connection !== this.#connection || this.#isClosed) return;
      this.#runId = runId;
      this.#failure = undefined;
      this.#lastError = undefined;
      this.#log.info({ redis: this.place }, 'Redis answers');
      for (const listener of this.#readyListeners) listener(runId);
    } catch (error) {
      if (connection === this.#connection) this.drop(failureOf(error).message);
    }
  }

  #lose(reason: string): void {
    const wasReady = this.#runId !== undefined;
    this.#connection++;
    this.#runId = undefined;
    this.#failure = reason;
    if (!wasReady) return;
    if (!this.#isClosed) this.#log.warn({ redis: this.place, reason }, 'Redis is away');
    for (const listener of this.#unreadyListeners) listener(reason);
  }
}

/** The two connections that the Socket.IO adapter works with. */
export interface AdapterClients {
  readonly pub: Redis;
  readonly sub: Redis;
  /** Messages that could not be sent. */
  readonly dropped: number;
  close(): void;
}

/**
 * Connections for `createAdapter`, which awaits nothing it sends: what fails here is counted and dropped. Unguarded, an
 * outage of Redis would end the process; queued, it would bring old messages late.
 */
export function openAdapterClients(address: RedisAddress, clock: Clock, log: Logger): AdapterClients {
  const pub = new GuardedRedis(address.url, {
    ...optionsOf(address, ':pub'),
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
  });
  // What it listens to is asked for once, and has to wait for the connection.
  const sub = new GuardedRedis(address.url, { ...optionsOf(address, ':sub'), maxRetriesPerRequest: null });
  for (const [role, client] of [['pub', pub] as const, ['sub', sub] as const]) {
    client.on('error', (error: Error) => log.debug({ role, reason: wordsOf(error) }, 'the adapter has no Redis'));
  }
  // One that a broken network has cut is found out here, and long before its own packets are given up.
  pub.onFailure = (error) => {
    if (isTimeout(error) && pub.status === 'ready') pub.disconnect(true);
  };
  let isAnswered = true;
  const endPings = clock.every(LISTENER_PING_MS, () => {
    if (sub.status !== 'ready') return;
    if (!isAnswered) sub.disconnect(true);
    isAnswered = !isAnswered;
    if (isAnswered) return;
    const settle = () => void (isAnswered = true);
    sub.ping().then(settle, settle);
  });
  return {
    pub,
    sub,
    get dropped() {
      return pub.failures;
    },
    close() {
      endPings();
      pub.disconnect();
      sub.disconnect();
    },
  };
}

/** Counts what fails, so that a promise nobody looks at does not end the process. */
class GuardedRedis extends Redis {
  failures = 0;
  /** Hears what each failed with. */
  onFailure: ((error: unknown) => void) | undefined;

  override sendCommand(command: Command, ...rest: unknown[]): unknown {
    command.promise.catch((error: unknown) => {
      this.failures++;
      this.onFailure?.(error);
    });
    return (super.sendCommand as (command: Command, ...rest: unknown[]) => unknown).call(this, command, ...rest);
  }
}

function optionsOf({ name }: RedisAddress, role: string) {
  return {
    connectionName: `bigboard:${name}${role}`,
    protocol: 2 as const,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: GOODBYE_MS,
    enableReadyCheck: false,
    retryStrategy: (attempt: number) => Math.min(RETRY_MAX_MS, attempt * RETRY_MIN_MS),
  };
}

function failureOf(error: unknown): RedisFailure {
  const words = wordsOf(error);
  if (!(error instanceof Error) || error.name !== 'ReplyError') return new RedisFailure('AWAY', words, error, true);
  return new RedisFailure(/^[A-Z]+/.exec(words)?.[0] ?? 'ERR', words, error);
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Command timed out';
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isTimeout(error)) return `no answer within ${COMMAND_TIMEOUT_MS} ms`;
  if (error.name === 'MaxRetriesPerRequestError') return 'the connection was lost before the answer';
  // An attempt on several addresses has no words of its own.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(wordsOf).join('; ');
  return error.message;
}
