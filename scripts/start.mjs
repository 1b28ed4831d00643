// npm start: installs and builds what is needed, then becomes the server.
// Nothing that an old Node cannot read may be imported before its version is checked.
import { requireSupportedNode } from './lib/node-version.mjs';

requireSupportedNode();
void import('./lib/start-board.mjs').then((module) => module.startBoard(process.argv.slice(2)));
