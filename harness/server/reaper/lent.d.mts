import type { Endpoint } from '../types.js';

/** What stands in for a server's own password, and for its user, while a fault lasts. @internal */
export declare const MEANWHILE: { readonly password: string; readonly user: string };

/** Rules that take everything from a user. @internal */
export declare const NO_RIGHTS: readonly string[];

/** What a server said: RESP2, texts as bytes. @internal */
export type LentReply = string | number | null | Error | LentReply[];

/** A connection with which a lent server is looked at and given back. @internal */
export declare class Conversation {
  /** Connects once; rejects when nobody listens. */
  static connect(endpoint: Endpoint): Promise<Conversation>;
  /** Whether the connection is over, whichever side ended it. */
  readonly closed: boolean;
  /** Its port on this side. */
  readonly port: number | undefined;
  /** It does not keep this process alive. */
  unref(): void;
  /** Ends the connection. */
  close(): void;
  /** Sends one command; an error reply is returned. Rejects when the connection is lost. */
  call(...args: readonly (string | number)[]): Promise<LentReply>;
}

/** What a server was like when it was lent, besides its keys: it had none. @internal */
export interface LentState {
  /** Settings, by name. */
  readonly config: readonly (readonly [string, string])[];
  /** Its users, as ACL LIST says. */
  readonly users: readonly string[];
}

/** A server to be given back. @internal */
export interface Lent {
  readonly endpoint: Endpoint;
  readonly state: LentState;
  /** Somebody else's keys are there: nothing more is deleted. */
  readonly keep?: boolean;
}

/** Looks at a server that was just lent. @internal */
export declare function remember(conversation: Conversation): Promise<LentState>;

/** Makes a server what it was. @returns whether that is so @internal */
export declare function giveBack(
  lent: Lent,
  known: Conversation | undefined,
  limitMs: number,
): Promise<boolean>;
