/** Every limit of the wire in one table; PROTOCOL.md prints the same numbers. Sizes in bytes, times in milliseconds. */
export const LIMITS = {
  /** Topics one reader may hold in a namespace; the excess is rejected with `too_many_topics`. */
  heldTopics: 200,
  /** Names in one `subscribe` or `unsubscribe`; more refuse the whole call. */
  namesPerCall: 100,
  viewerPacketBytes: 16_384,
  producerBatchBytes: 262_144,
  producerBatchRows: 1_000,
  /** Viewer packets: a bucket of this many, refilled at this many a second. Twice the rate closes the connection. */
  viewerBurst: 40,
  viewerPacketsPerSecond: 20,
  fieldsPerDocument: 2_000,
  documentBytes: 262_144,
  entryBytes: 4_096,
  jsonDepth: 8,
  /** Deleted fields a document remembers before a reader that old gets a full answer instead. */
  tombstonesPerDocument: 200,
  paceMaxPerSecond: 60,
  /** Requests to `/api` from one address, a bucket as above. */
  apiBurst: 100,
  apiRequestsPerSecond: 20,
  /** Event streams open at a time. */
  eventStreams: 1_000,
} as const;
