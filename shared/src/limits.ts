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
  /** A packet of `/ingest` on a connection that has shown a token; all others are held to `viewerPacketBytes`. */
  producerPacketBytes: 327_680,
  batchBytes: 262_144,
  batchRows: 1_000,
  /** Batches of one token, over all its connections: a bucket as above. */
  producerBurst: 200,
  producerBatchesPerSecond: 100,
  paceMaxPerSecond: 60,
  /** Levels of a field's value or of an entry. */
  jsonDepth: 8,
  entriesPerUpdate: 1_000,
  /** An entry as JSON in UTF-8. */
  entryBytes: 4_096,
  fieldsPerDocument: 2_000,
  /** The fields of a topic together, as one JSON object in UTF-8. */
  documentBytes: 262_144,
  /** Above it no topic is made by pushing; removed ones count, as they are remembered. */
  topicsPerNamespace: 10_000,
  /** Names under which one token counts in a namespace. */
  producersPerToken: 1_000,
  /** Deleted fields a document remembers before a reader that old gets a full answer instead. */
  tombstonesPerDocument: 200,
  /** Requests to `/api` from one address, a bucket as above. */
  apiBurst: 100,
  apiRequestsPerSecond: 20,
  /** Event streams open at a time. */
  eventStreams: 1_000,
  /** Batches being read or stored at a time; more are refused with `unavailable`. */
  waitingBytes: 16_777_216,
  /** Of those, of one token; more are refused with `rate_limited`, so that slow uploads of one shut nobody else out. */
  waitingBytesOfToken: 4_194_304,
} as const;
