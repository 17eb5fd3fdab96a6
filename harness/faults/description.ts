/** What a fault of a connect needs: a first connect is a step only where a fault is aimed at it. @internal */
export const RECONNECT =
  'a reconnect, which another fault has to bring about (then the budget is 2 or more), or an aim at the first ' +
  'connect, at: { reconnect: 0 }';

/** What the catalogue says about one kind of fault. @internal */
export interface FaultDescription {
  /** What stands in the lane table. */
  readonly mark: string;
  /** Can the client know whether the command ran? */
  readonly outcome: 'definite' | 'ambiguous';
  /** What the fault is aimed at. */
  readonly target: 'command' | 'connect' | 'connection' | 'worker' | 'server';
  /** What it takes for it to strike, for people, where not everything that it is aimed at will do. */
  readonly needs?: string;
  /** Parameters and their defaults; numbers are whole numbers. */
  readonly parameters: Readonly<Record<string, number | string>>;
  /** The smallest value of a number, where it is not 1. */
  readonly least?: Readonly<Record<string, number>>;
  /** The values that a text may have, where it is not free. A free text is one line. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /**
   * Part of a plan that names no kinds. Few are, since every one multiplies the search: those whose effect on the store
   * or on what a client is told no other one has. A FIN, a truncated reply and a cut pipeline end like a reset; a
   * late reply ends like a lost one or like none; wrong bytes are a matter of the client library, not of an interleaving.
   */
  readonly usual: boolean;
  /** One line for people. */
  readonly summary: string;
}
