/** After the numbers have been painted: they are what the page was opened for, and charts are most of its weight. */
function afterPaint(): Promise<void> {
  // The first callback runs before the paint, the timer after it. A hidden page gets no frames but may well load.
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

export async function loadPriceChart() {
  await afterPaint();
  return import('./PriceChart.svelte');
}

export async function loadProbabilityChart() {
  await afterPaint();
  return import('./ProbabilityChart.svelte');
}

export async function loadValueChart() {
  await afterPaint();
  return import('./ValueChart.svelte');
}
