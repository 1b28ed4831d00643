import { Chart, Filler, LinearScale, LineController, LineElement, PointElement } from 'chart.js';
import { CandleController, VolumeController } from './candle-controller.ts';

// Only what is drawn is registered: the rest of the library then stays out of the bundle.
Chart.register(LineController, LineElement, PointElement, LinearScale, Filler, CandleController, VolumeController);

export { Chart };
