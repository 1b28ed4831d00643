import type { ViewerNamespace } from '@bigboard/shared/topic';
import { CandleDeriver } from './candles.ts';
import type { Deriver } from './deriver.ts';
import { DirectoryDeriver } from './directory.ts';
import { MoversDeriver } from './movers.ts';
import { ScoresDeriver } from './scores.ts';
import { SparksDeriver } from './sparks.ts';
import { TableDeriver } from './table.ts';
import { WatchDeriver } from './watch.ts';
import { WinProbabilityDeriver } from './win-probability.ts';

/** Every topic of a namespace that is computed from others comes from one of these. */
export const DERIVERS: Readonly<Record<ViewerNamespace, readonly (() => Deriver)[]>> = {
  markets: [
    () => new CandleDeriver(),
    () => new WatchDeriver(),
    () => new SparksDeriver(),
    () => new MoversDeriver(),
    () => new DirectoryDeriver('markets'),
  ],
  sports: [
    () => new WinProbabilityDeriver(),
    () => new ScoresDeriver(),
    () => new TableDeriver(),
    () => new DirectoryDeriver('sports'),
  ],
};
