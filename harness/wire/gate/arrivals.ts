/** Something that is on its way to the client and arrives when the lab chooses it. @internal */
export interface Arrival {
  /** False once it has arrived, or never will. */
  readonly due: () => boolean;
  /** Is nothing on the connection before it? */
  readonly first: () => boolean;
  /** Lets it arrive, with all that came at its heels. */
  readonly arrive: () => void;
}

/** What arrives together. */
class Group {
  readonly effects: (() => void)[] = [];

  constructor(
    /** A fault keeps it back. */
    readonly late: boolean,
    readonly onFirst: () => void,
  ) {}
}

/** What the server's bytes on one connection bring about at the client, in their order. @internal */
export class Arrivals {
  /** What is on its way, in order. */
  #groups: Group[] = [];

  /** Does a fault keep something back? */
  get late(): boolean {
    return this.#groups.some(({ late }) => late);
  }

  /** Is anything on its way? What comes now arrives after it. */
  get busy(): boolean {
    return this.#groups.length > 0;
  }

  /** Is something on its way that arrives by itself? */
  get held(): boolean {
    return this.#groups.some(({ late }) => !late);
  }

  /** Does what the server's next bytes bring about: now, or with what is last on its way. */
  next(effect: () => void): void {
    const last = this.#groups.at(-1);
    if (last === undefined) effect();
    else last.effects.push(effect);
  }

  /** From now on the replies are late. */
  delay(): Arrival {
    return this.#add(new Group(true, () => {}));
  }

  /**
   * The server's next bytes are on their way, and arrive by themselves.
   *
   * @param effect - what they bring about
   * @param onFirst - called once nothing is before them
   */
  hold(effect: () => void, onFirst: (arrival: Arrival) => void): void {
    const group: Group = new Group(false, () => onFirst(arrival));
    group.effects.push(effect);
    const arrival = this.#add(group);
    if (this.#groups[0] === group) group.onFirst();
  }

  /** What is on its way never arrives. */
  lose(): void {
    this.#groups = [];
  }

  #add(group: Group): Arrival {
    this.#groups.push(group);
    return {
      due: () => this.#groups.includes(group),
      first: () => this.#groups[0] === group,
      arrive: () => {
        this.#groups.shift();
        for (const effect of group.effects) effect();
        this.#groups[0]?.onFirst();
      },
    };
  }
}
