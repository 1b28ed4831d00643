/** `j` and `k` go from row to row while the list has the focus; Enter follows the link as everywhere. */
export function moveFocus(event: KeyboardEvent): void {
  if (event.metaKey || event.ctrlKey || event.altKey) return;
  const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
  const list = event.currentTarget;
  if (step === 0 || !(list instanceof HTMLElement)) return;
  const links = [...list.querySelectorAll<HTMLElement>('th[scope="row"] a')];
  const index = links.findIndex((link) => link === document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, index + step))]?.focus();
  event.preventDefault();
}
