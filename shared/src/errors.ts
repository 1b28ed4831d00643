/** Whose fault a refusal is: the `client` has to change something, the `server` may be asked again. */
export interface ErrorCodeMeaning {
  readonly fault: 'client' | 'server';
  /** Whether the same request can succeed later. */
  readonly retryable: boolean;
  /** What it answers over HTTP. */
  readonly httpStatus: number;
  readonly meaning: string;
}

/** Every code a refusal, a rejected topic, a notice or a connect error can carry. */
export const ERROR_CODES = {
  bad_request: {
    fault: 'client',
    retryable: false,
    httpStatus: 400,
    meaning: 'The payload does not have the documented shape.',
  },
  bad_topic: {
    fault: 'client',
    retryable: false,
    httpStatus: 400,
    meaning: 'The name does not follow the topic grammar.',
  },
  unknown_topic: {
    fault: 'client',
    retryable: true,
    httpStatus: 404,
    meaning: 'No such topic now; follow `topics` and subscribe when it appears.',
  },
  unknown_kind: {
    fault: 'client',
    retryable: false,
    httpStatus: 400,
    meaning: 'A kind of topic that the namespace does not have; `OWN_KINDS` adds it.',
  },
  unknown_namespace: { fault: 'client', retryable: false, httpStatus: 404, meaning: 'No such namespace.' },
  unknown_event: { fault: 'client', retryable: false, httpStatus: 400, meaning: 'The namespace has no such event.' },
  not_found: { fault: 'client', retryable: false, httpStatus: 404, meaning: 'No such page or endpoint.' },
  too_many_topics: {
    fault: 'client',
    retryable: false,
    httpStatus: 400,
    meaning: 'The reader would hold, or the namespace have, more topics than allowed.',
  },
  too_large: {
    fault: 'client',
    retryable: false,
    httpStatus: 413,
    meaning: 'A row, entry or document is over its limit.',
  },
  unsupported_encoding: {
    fault: 'client',
    retryable: false,
    httpStatus: 415,
    meaning: 'A body with a `Content-Encoding`; send it plain.',
  },
  rate_limited: { fault: 'client', retryable: true, httpStatus: 429, meaning: 'Too many packets; wait `retryInMs`.' },
  already_connected: {
    fault: 'client',
    retryable: false,
    httpStatus: 409,
    meaning: 'The connection is already in this namespace.',
  },
  out_of_order: {
    fault: 'client',
    retryable: true,
    httpStatus: 409,
    meaning: 'The batch leaves a gap after `lastId`.',
  },
  unauthorized: { fault: 'client', retryable: false, httpStatus: 401, meaning: 'No valid credential.' },
  forbidden: {
    fault: 'client',
    retryable: false,
    httpStatus: 403,
    meaning: 'The credential does not allow this.',
  },
  expired: { fault: 'client', retryable: false, httpStatus: 401, meaning: 'The credential has expired.' },
  slow: {
    fault: 'client',
    retryable: true,
    httpStatus: 408,
    meaning: 'The connection took nothing for too long and was closed.',
  },
  draining: {
    fault: 'server',
    retryable: true,
    httpStatus: 503,
    meaning: 'The instance is about to stop; connect again after `retryInMs`.',
  },
  unavailable: {
    fault: 'server',
    retryable: true,
    httpStatus: 503,
    meaning: 'It cannot be answered now; try again after `retryInMs`.',
  },
  storage_full: {
    fault: 'server',
    retryable: true,
    httpStatus: 507,
    meaning: 'Nothing can be stored for want of space; reading goes on.',
  },
  restored: {
    fault: 'server',
    retryable: true,
    httpStatus: 200,
    meaning: 'What a notice has told of before is over; no refusal carries it.',
  },
  internal: {
    fault: 'server',
    retryable: true,
    httpStatus: 500,
    meaning: 'A fault of the server; it has been logged.',
  },
} as const satisfies Readonly<Record<string, ErrorCodeMeaning>>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** What a refused request is answered with. */
export interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryInMs?: number;
  readonly lastId?: number;
}

/** A request that has to be refused; everything else that is thrown is a defect and answers `internal`. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: ErrorCode;
  readonly retryInMs: number | undefined;
  /** Of `out_of_order`: the newest id of the producer, from which it has to go on. */
  readonly lastId: number | undefined;
  constructor(code: ErrorCode, message: string, retryInMs?: number, lastId?: number) {
    super(message);
    this.code = code;
    this.retryInMs = retryInMs;
    this.lastId = lastId;
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }

  toRefusal(): Refusal {
    const { code, message, retryInMs, lastId } = this;
    return {
      ok: false,
      code,
      message,
      ...(retryInMs === undefined ? {} : { retryInMs }),
      ...(lastId === undefined ? {} : { lastId }),
    };
  }
}
