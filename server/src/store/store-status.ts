/** The connection to where things are stored. */
export interface LinkStatus {
  readonly isUp: boolean;
  /** Since when it is as it is; wall clock, milliseconds since 1970 UTC. */
  readonly sinceMs: number;
  /** Of the newest question that was answered. */
  readonly roundTripMs?: number;
}

/** How a store does, for operators. Asked each second, and answered from memory. */
export interface StoreStatus {
  /** Absent where things are stored in this very process. */
  readonly link?: LinkStatus;
  /** Times it read from the log what had not come by itself. */
  readonly repairs: number;
  /** Times a namespace began a new epoch since this instance started. */
  readonly epochs: number;
}

/** Of a store of one process: nothing gets lost on its way, and the epoch goes on. */
export const memoryStoreStatus: StoreStatus = { repairs: 0, epochs: 0 };
