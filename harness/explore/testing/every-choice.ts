/** Takes one sequence of choices after the other, the last choice that has another alternative being the next to change. */
export class EveryChoice {
  readonly #choices: { at: number; readonly of: number }[] = [];
  #depth = 0;

  /** The next choice of this sequence. @param of - how many alternatives there are */
  take(of: number): number {
    return (this.#choices[this.#depth++] ??= { at: 0, of }).at;
  }

  /** With which probability a uniform walk takes this sequence. */
  get chance(): number {
    return this.#choices.reduce((product, { of }) => product / of, 1);
  }

  /** Goes on to the next sequence. @returns false where all were taken */
  next(): boolean {
    this.#depth = 0;
    for (let last = this.#choices.at(-1); last !== undefined; last = this.#choices.at(-1)) {
      last.at += 1;
      if (last.at < last.of) return true;
      this.#choices.pop();
    }
    return false;
  }
}
