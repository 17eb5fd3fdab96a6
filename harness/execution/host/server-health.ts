import type { FaultKind } from '../../faults/catalogue.js';

/**
 * What a server that is not well lets the lab itself do: everything; read only; ask, but not touch the store; nothing,
 * since it does not answer; nothing, since nobody is there.
 *
 * @internal
 */
export type Access = 'full' | 'read' | 'none' | 'silent' | 'down';

/** Something wrong with the server that lasts, and how it is brought about and ended. @internal */
export interface Condition {
  readonly kind: FaultKind;
  readonly access: Access;
  /** Brings it about. Begun halfway, it can still be ended. */
  begin(): Promise<void>;
  /** Puts everything back as it was. */
  end(): Promise<void>;
}

/**
 * What is wrong with the server right now: one thing at most. Whatever happens to an execution, `heal` ends it before
 * the next one begins.
 *
 * @internal
 */
export class ServerHealth {
  #condition: Condition | undefined;
  /** How much time the server did not get to see, since it could not be reached. */
  #owedMs = 0;

  /** The fault that lasts; undefined when nothing is wrong. */
  get fault(): FaultKind | undefined {
    return this.#condition?.kind;
  }

  /** What the lab itself may do on it. */
  get access(): Access {
    return this.#condition?.access ?? 'full';
  }

  /** The server answers nobody. */
  get silent(): boolean {
    return this.access === 'silent' || this.access === 'down';
  }

  /** Time passes that the server has to be told of when it can be reached again. */
  owe(byMs: number): void {
    this.#owedMs += byMs;
  }

  /** How much it has to be told. It counts as told. */
  settleDebt(): number {
    const owed = this.#owedMs;
    this.#owedMs = 0;
    return owed;
  }

  /** Makes something wrong with it. @throws Error when something is already, and what the condition throws */
  async begin(condition: Condition): Promise<void> {
    if (this.#condition !== undefined)
      throw new Error(`something is wrong with the server already: ${this.fault}`);
    this.#condition = condition;
    await condition.begin();
  }

  /** Ends it, if it still lasts. */
  async heal(): Promise<void> {
    const condition = this.#condition;
    if (condition === undefined) return;
    await condition.end();
    this.#condition = undefined;
  }

  /** Runs something of the lab's own that needs to write, without what keeps it from writing. */
  async lifted<T>(body: () => Promise<T>): Promise<T> {
    const condition = this.access === 'read' ? this.#condition : undefined;
    await condition?.end();
    try {
      return await body();
    } finally {
      await condition?.begin();
    }
  }
}
