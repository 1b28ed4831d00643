// Imports nothing and uses old syntax only: an old Node has to get through this file to say that it is too old.

/**
 * The line to show when this Node cannot run Bigboard, or undefined when it can.
 * @param {string} version without the leading v, for example `20.19.4`
 * @returns {string | undefined}
 */
export function describeUnsupportedNode(version) {
  const parts = version.split('.').map(Number);
  const major = parts[0] || 0;
  const minor = parts[1] || 0;
  // Vite builds the page with a native module that is loaded by a feature which came in 20.19, missed 21, and came in 22.12.
  const isSupported = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  if (isSupported) return undefined;
  const wanted = major === 21 || major === 22 ? '22.12' : '20.19';
  return `Bigboard needs Node ${wanted} or newer; this is ${version}. Install one from nodejs.org.`;
}

/** Prints that line and ends the process with 1 when this Node is too old. */
export function requireSupportedNode() {
  const problem = describeUnsupportedNode(process.versions.node);
  if (problem === undefined) return;
  console.error(problem);
  process.exit(1);
}
