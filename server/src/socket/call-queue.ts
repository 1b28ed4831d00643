/** Answers the calls of one socket in the order in which they came: at once, unless one before has to wait for something. */
export class CallQueue {
  /** The newest call that is not answered yet. It never fails, so that the next is not held up by what became of it. */
  #last: Promise<void> | undefined;

  answer<Answer>(call: () => Answer | Promise<Answer>): Answer | Promise<Answer> {
    const answer = this.#last === undefined ? call() : this.#last.then(call);
    if (answer instanceof Promise) {
      const done: Promise<void> = answer.then(
        () => this.#forget(done),
        () => this.#forget(done),
      );
      this.#last = done;
    }
    return answer;
  }

  #forget(done: Promise<void>): void {
    if (this.#last === done) this.#last = undefined;
  }
}
