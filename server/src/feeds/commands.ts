import type { ControlRequest, FeedStanding } from '@bigboard/shared/operations';

/** What an operator may do with the feeds, wherever they are led. */
export interface Commands {
  /** Of every feed, also of one that nobody leads now. */
  list(): Promise<readonly FeedStanding[]>;
  /**
   * @returns is kept once it would outlive a restart, and broken with a RequestError when the store does not take it
   * @throws RequestError, at once or later, when it cannot be done
   */
  control(request: ControlRequest): Promise<void>;
}
