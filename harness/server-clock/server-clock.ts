import type { ServerClockMode } from '../server/types.js';

/** What a key is asked for its deadline, and what the answer means. @internal */
export interface DeadlineQuestion {
  /** The command that asks. */
  readonly command: 'PTTL' | 'PEXPIRETIME';
  /** @returns the last moment at which the key is there, in virtual wall-clock ms */
  deadlineMs(answer: number): number;
}

/**
 * The wall clock of the server, as far as the lab rules it. It is moved only between steps, when no command is in
 * flight, together with the clock of the workers.
 *
 * @internal
 */
export interface ServerClock {
  /** How records call it. */
  readonly mode: ServerClockMode;
  /** Back to the moment at which every execution begins; the store is empty then. */
  reset(): void;
  /** Lets `byMs` pass on the server: keys whose deadline lies behind the new time are gone afterwards. */
  advance(byMs: number): Promise<void>;
  /** How the deadlines of keys are asked for; left out where they are not reached by virtual time. */
  readonly deadlines?: DeadlineQuestion;
  /** Called for each command of a setup or an invariant, when it is sent; those are not gated. */
  setupCommand?(name: string, args: readonly string[]): void;
  /** Called after the setup of a scenario. */
  afterSetup?(): Promise<void> | undefined;
  /** Called before the invariants look at the store, which is not gated either. */
  beforeCheck?(): Promise<void> | undefined;
  /** Called before a command reaches the server, when the mode needs to prepare for it. */
  beforeCommand?(name: string, args: readonly Buffer[]): Promise<void> | undefined;
  /**
   * Called after a command ran on the server, when the mode needs to look at what it did.
   *
   * @returns the reply to show instead, if not the server's own
   */
  afterCommand?(
    name: string,
    args: readonly Buffer[],
    reply: Buffer,
  ): Promise<Buffer | undefined> | undefined;
  /** Gives back what it holds on this machine. */
  close?(): void;
}
