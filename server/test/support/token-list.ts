import { randomBytes } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProducerToken } from '@bigboard/shared/producer-token';
import { digestOf } from '../../src/security/producer-tokens.ts';

/** A file of tokens as `npm run token` writes it. */
export class TokenList implements AsyncDisposable {
  readonly file: string;
  readonly #folder: string;
  #tokens: readonly ProducerToken[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
    this.file = join(folder, 'producer-tokens.json');
  }

  static async create(): Promise<TokenList> {
    return new TokenList(await mkdtemp(join(tmpdir(), 'bigboard-tokens-')));
  }

  /** @returns the token itself */
  async add(name: string, topics: readonly string[], parts: Partial<ProducerToken> = {}): Promise<string> {
    const secret = `bb_${randomBytes(32).toString('base64url')}`;
    const sha256 = digestOf(secret).toString('hex');
    const token = { name, title: name, topics: [...topics], sha256, createdAtMs: 0, ...parts };
    await this.#write([...this.#tokens, token]);
    return secret;
  }

  async revoke(name: string): Promise<void> {
    await this.#write(this.#tokens.filter((token) => token.name !== name));
  }

  async #write(tokens: readonly ProducerToken[]): Promise<void> {
    this.#tokens = tokens;
    await this.writeText(JSON.stringify({ bigboardTokens: 1, tokens }));
  }

  async writeText(text: string): Promise<void> {
    await writeFile(`${this.file}.new`, text);
    await rename(`${this.file}.new`, this.file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}
