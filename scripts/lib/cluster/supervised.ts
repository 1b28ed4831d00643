import { ChildProgram, describeEnd, type ProgramSpec } from './child-program.ts';

const RESTART_MS = 1_000;

/** A program that is started again whenever it ends without having been told to. */
export class Supervised {
  readonly #spec: ProgramSpec;
  readonly #isUp: (program: ChildProgram) => Promise<void>;
  readonly #say: (text: string) => void;
  #program: ChildProgram | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopping = false;

  /** @param isUp resolves when a program that was just started does its work */
  constructor(spec: ProgramSpec, isUp: (program: ChildProgram) => Promise<void>, say: (text: string) => void) {
    this.#spec = spec;
    this.#isUp = isUp;
    this.#say = say;
  }

  get program(): ChildProgram | undefined {
    return this.#program;
  }

  /** Resolves when it is up. @throws when it does not come up this first time: then it stays down */
  async start(): Promise<void> {
    const program = new ChildProgram(this.#spec);
    this.#program = program;
    await this.#isUp(program);
    this.#watch(program);
  }

  async stop(signal: NodeJS.Signals, graceMs: number): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    const isForced = (await this.#program?.stop(signal, graceMs)) ?? false;
    if (isForced) this.#say(`did not end within ${graceMs / 1_000} s and was killed`);
  }

  /** Ends it at once. */
  kill(): void {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    this.#program?.signal('SIGKILL');
  }

  #watch(program: ChildProgram): void {
    void program.ended.then((end) => {
      if (this.#isStopping) return;
      this.#say(`ended (${describeEnd(end)}); it is started again`);
      this.#timer = setTimeout(() => this.#restart(), RESTART_MS);
    });
  }

  #restart(): void {
    const program = new ChildProgram(this.#spec);
    this.#program = program;
    this.#watch(program);
    this.#isUp(program).then(
      () => this.#say('is up again'),
      // It has ended, which is seen and said by whoever watches it, or it takes its time.
      (error: unknown) => this.#say(error instanceof Error ? error.message : String(error)),
    );
  }
}
