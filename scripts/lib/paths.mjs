import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json: commands work from any directory. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
