/**
 * The source writes family names in capitals without accents, as FIFA's match sheets do (`Kylian MBAPPE`). These are the
 * names as a reader expects them; no accent is added, because none is in the source.
 */
export function formatPlayerName(name: string): string {
  const words = (IRREGULAR_NAMES.get(name) ?? name).split(' ');
  return words.map((word, index) => formatWord(word, index, words)).join(' ');
}

/** Sheets that give the family name first where its owner does not, so that everybody else's would look wrong beside it. */
const IRREGULAR_NAMES: ReadonlyMap<string, string> = new Map([
  ['BEN ROMDHANE Ali', 'Ali BEN ROMDHANE'],
  ['DE KETELAERE', 'Charles DE KETELAERE'],
  ['Kudus MOHAMMED', 'Mohammed KUDUS'],
  ['RODRIGUEZ GUIDO', 'Guido RODRIGUEZ'],
  ['Seidu ALIDU', 'Alidu SEIDU'],
]);

/** Written small inside a name, as in `Virgil van Dijk`. `DI` is not among them: it is `Angel Di Maria`. */
const SMALL_WORDS: ReadonlySet<string> = new Set(['DE', 'LA', 'VAN']);

/** Families that write their `De` large. */
const LARGE_DE: ReadonlySet<string> = new Set(['BRUYNE', 'KETELAERE', 'PAUL']);

function formatWord(word: string, index: number, words: readonly string[]): string {
  if (index > 0 && SMALL_WORDS.has(word) && !LARGE_DE.has(words[index + 1] ?? '')) return word.toLowerCase();
  return word.split('-').map(formatPart).join('-');
}

function formatPart(part: string): string {
  // `McKENNIE`: the small letters say where the second capital stands. `DeAndre` has them too, and is already right.
  const scottish = /^(Ma?c)([A-Z])([A-Z]+)$/.exec(part);
  if (scottish !== null) return `${scottish[1]}${scottish[2]}${scottish[3]?.toLowerCase()}`;
  return part === part.toUpperCase() ? part.slice(0, 1) + part.slice(1).toLowerCase() : part;
}
