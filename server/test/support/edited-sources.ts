import { fileURLToPath } from 'node:url';
import { createServer, type ViteDevServer } from 'vite';

/** A change of one production file: the text that is there once, and what stands there instead. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export function edit(file: string, find: string, replace: string): Edit {
  return { file, find, replace };
}

/** A module and the production code under it, loaded as often as wanted, each time with other edits of the sources. */
export class EditedSources {
  readonly #server: ViteDevServer;
  readonly #edits: Map<string, Edit[]>;

  private constructor(server: ViteDevServer, edits: Map<string, Edit[]>) {
    this.#server = server;
    this.#edits = edits;
  }

  static async open(): Promise<EditedSources> {
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
    return new EditedSources(server, edits);
  }

  /** @param module its path from the root, such as `/server/test/model/run.ts` */
  async load<Module>(module: string, edits: readonly Edit[]): Promise<Module> {
    this.#edits.clear();
    for (const edit of edits) {
      this.#edits.set(edit.file, [...(this.#edits.get(edit.file) ?? []), edit]);
    }
    this.#server.moduleGraph.invalidateAll();
    return (await this.#server.ssrLoadModule(module)) as Module;
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
