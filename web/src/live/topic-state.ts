import type { Json } from '@bigboard/shared/json';

/** A log entry: its number within the topic, its event time, its content. */
export interface LogEntry {
  readonly n: number;
  readonly time: number;
  readonly entry: Json;
}

/** What the page knows of one topic. A plain object, replaced whole at each change and never mutated. */
export interface TopicState {
  readonly topic: string;
  /** Event time of the newest update, milliseconds since 1970 UTC. */
  readonly time: number;
  readonly fields: Readonly<Record<string, Json>>;
  readonly log: readonly LogEntry[];
  /** The feed took the topic away; a looping replay does so before it starts over. */
  readonly removed: boolean;
  /** Wall time of this browser at which the newest change arrived. */
  readonly receivedAtMs: number;
  /** This state replaced the one before, so nothing may be read into the difference (no flash, no news). */
  readonly full: boolean;
}

export type NewsListener = (entries: readonly LogEntry[], state: TopicState) => void;

/** Why the server would not give a topic. */
export interface TopicRefusal {
  readonly code: string;
  readonly message: string;
}
