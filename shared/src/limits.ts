/** The limits of the contract in one table; section 7 of PROTOCOL.md prints the same numbers in the same order. */
export const LIMITS = {
  /** Topics one reader may hold in a namespace; the excess is rejected with `too_many_topics`. */
  heldTopics: 200,
  /** Names in one `subscribe` or `unsubscribe`; more refuse the whole call. */
  namesPerCall: 100,
  viewerPacketBytes: 16_384,
  /** Viewer packets: a bucket of this many, refilled at this many a second. Twice the rate closes the connection. */
  viewerBurst: 40,
  viewerPacketsPerSecond: 20,
  paceMaxPerSecond: 60,
  /** Levels of a field's value or of an entry. */
  jsonDepth: 8,
  entriesPerUpdate: 1_000,
  /** Deleted fields a document remembers before a reader that old gets a full answer instead. */
  tombstonesPerDocument: 200,
  /** Requests to `/api` from one address, a bucket as above. */
  apiBurst: 100,
  apiRequestsPerSecond: 20,
  /** Event streams open at a time. */
  eventStreams: 1_000,
} as const;
