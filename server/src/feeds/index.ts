// What scripts may use of the feeds.
export { measureStaging } from './staging/quality.ts';
export { stageWorldCup } from './staging/world-cup.ts';
