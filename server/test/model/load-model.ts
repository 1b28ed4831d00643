import { fileURLToPath } from 'node:url';
import type * as run from './run.ts';
import { createServer, type ViteDevServer } from 'vite';

type Model = Pick<typeof run, 'runModel'>;

/** A change of one production file: the text that is there once, and what stands there instead. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Small, so that a handful of steps trims, purges and needs several calls. */
const SMALL: readonly Edit[] = [
  { file: 'shared/src/kinds.ts', find: 'DEFAULT_LOG_LIMIT = 200', replace: 'DEFAULT_LOG_LIMIT = 3' },
  { file: 'shared/src/limits.ts', find: 'tombstonesPerDocument: 200', replace: 'tombstonesPerDocument: 2' },
  { file: 'shared/src/limits.ts', find: 'namesPerCall: 100', replace: 'namesPerCall: 2' },
];

/** The model and the production code under it, loaded as often as wanted, each time with other edits of the sources. */
export class ModelLoader {
  readonly #server: ViteDevServer;
  readonly #edits: Map<string, Edit[]>;

  private constructor(server: ViteDevServer, edits: Map<string, Edit[]>) {
    this.#server = server;
    this.#edits = edits;
  }

  static async open(): Promise<ModelLoader> {
    const edits = new Map<string, Edit[]>();
    const server = await createServer({
      root: ROOT,
      configFile: false,
      logLevel: 'error',
      appType: 'custom',
      server: { middlewareMode: true, watch: null, ws: false },
      optimizeDeps: { noDiscovery: true },
      plugins: [
        {
          name: 'edit-sources',
          enforce: 'pre',
          transform: (code, id) => applyEdits(code, id, edits.get(id.slice(ROOT.length)) ?? []),
        },
      ],
    });
    return new ModelLoader(server, edits);
  }

  async load(edits: readonly Edit[] = []): Promise<Model> {
    this.#edits.clear();
    for (const edit of [...SMALL, ...edits]) {
      this.#edits.set(edit.file, [...(this.#edits.get(edit.file) ?? []), edit]);
    }
    this.#server.moduleGraph.invalidateAll();
    return (await this.#server.ssrLoadModule('/server/test/model/run.ts')) as Model;
  }

  async close(): Promise<void> {
    await this.#server.close();
  }
}

function applyEdits(code: string, id: string, edits: readonly Edit[]): string {
  return edits.reduce((text, { find, replace }) => {
    const pieces = text.split(find);
    if (pieces.length !== 2) throw new Error(`${id} has ${pieces.length - 1} places that read: ${find}`);
    return pieces.join(replace);
  }, code);
}
