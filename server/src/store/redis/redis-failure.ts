/** Redis did not do what it was asked. */
export class RedisFailure extends Error {
  override readonly name = 'RedisFailure';
  /** The first word of Redis's refusal, such as `OOM`; `AWAY` when there was no answer: then it may have been done all the same. */
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
