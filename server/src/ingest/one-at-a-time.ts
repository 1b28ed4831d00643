/** Runs tasks of one name one after the other, in the order in which they came; those of different names do not wait. */
export class OneAtATime {
  /** The newest task of each name. It never fails, so that the next is not held up by what became of it. */
  readonly #last = new Map<string, Promise<void>>();

  run<Result>(name: string, task: () => Promise<Result>): Promise<Result> {
    const result = (this.#last.get(name) ?? Promise.resolve()).then(task);
    const done: Promise<void> = result.then(
      () => this.#forget(name, done),
      () => this.#forget(name, done),
    );
    this.#last.set(name, done);
    return result;
  }

  #forget(name: string, done: Promise<void>): void {
    if (this.#last.get(name) === done) this.#last.delete(name);
  }
}
