// What scripts may use of the feeds: the pure part, and the reading of recordings.
export type { Feed } from './feed.ts';
export { openReplay, type ReadingObserver } from './open-replay.ts';
export { readRecording, WORLD_CUP_RECORDING } from './recording-file.ts';
export type { ReplayOptions } from './replay.ts';
export { Simulation } from './simulation.ts';
export { measureStaging } from './staging/quality.ts';
export { stageWorldCup } from './staging/world-cup.ts';
