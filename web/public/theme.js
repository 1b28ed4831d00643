// Runs before the first paint, so that the page never flashes in the wrong theme. The choice itself is route/theme.
{
  const asked = new URLSearchParams(location.search).get('theme') ?? localStorage.getItem('theme');
  const isLight = asked === 'light' || (asked !== 'dark' && matchMedia('(prefers-color-scheme: light)').matches);
  document.documentElement.dataset.theme = isLight ? 'light' : 'dark';
}
