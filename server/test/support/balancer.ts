import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';
import { ChildProgram } from '../../../scripts/lib/cluster/child-program.ts';
import { freePort } from '../../../scripts/lib/cluster/free-port.ts';
import { nginxMain, nginxSite } from '../../../scripts/lib/cluster/nginx-config.ts';
import { findNginx } from '../../../scripts/lib/system-tools.mjs';

const SHIPPED = fileURLToPath(new URL('../../../deploy/nginx.conf', import.meta.url));

/** nginx with the shipped configuration before some instances. */
export class Balancer implements AsyncDisposable {
  readonly url: string;
  readonly #program: ChildProgram;
  readonly #folder: string;

  private constructor(url: string, program: ChildProgram, folder: string) {
    this.url = url;
    this.#program = program;
    this.#folder = folder;
  }

  static async start(urls: readonly string[], isSticky: boolean): Promise<Balancer> {
    const folder = await mkdtemp(join(tmpdir(), 'bigboard-nginx-'));
    const listen = `127.0.0.1:${await freePort()}`;
    const instances = urls.map((url) => new URL(url).host);
    const site = nginxSite(await readFile(SHIPPED, 'utf8'), { listen, instances, isSticky });
    await writeFile(join(folder, 'site.conf'), site);
    const user = process.getuid?.() === 0 ? 'root' : undefined;
    await writeFile(join(folder, 'nginx.conf'), nginxMain(folder, join(folder, 'site.conf'), user));
    const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'];
    const program = new ChildProgram({ name: 'nginx', file: findNginx() ?? 'nginx', args });
    const balancer = new Balancer(`http://${listen}`, program, folder);
    await vi.waitFor(async () => expect((await fetch(`${balancer.url}/healthz`)).status).toBe(200), {
      timeout: 10_000,
    });
    return balancer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.stop('SIGTERM', 5_000);
    await rm(this.#folder, { recursive: true });
  }
}
