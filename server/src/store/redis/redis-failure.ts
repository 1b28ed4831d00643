/** Redis did not do what it was asked. */
export class RedisFailure extends Error {
  override readonly name = 'RedisFailure';
  /** The first word of Redis's refusal, such as `OOM`; `AWAY` when there was no answer. */
  readonly code: string;
  /** It was asked and has not answered: it may have done it, or may do it yet. */
  readonly isInDoubt: boolean;

  constructor(code: string, message: string, cause?: unknown, isInDoubt = false) {
    super(message, { cause });
    this.code = code;
    this.isInDoubt = isInDoubt;
  }
}
