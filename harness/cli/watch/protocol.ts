import type { RedisServer } from '../../server/types.js';
import type { RunFlags } from '../run/run-context.js';

/** What of a server can be sent to another process. @internal */
export type ServerFacts = Pick<
  RedisServer,
  'endpoint' | 'version' | 'product' | 'source' | 'description' | 'clockMode' | 'clockFile' | 'clockReason'
> & {
  /** It can be killed, started, paused and resumed. */
  readonly hasPower: boolean;
  /** It says how it ended. */
  readonly saysEnd: boolean;
  /** It is somebody else's. */
  readonly isLent: boolean;
  readonly restarts: number;
};

/** What only the process that started a server can do with it. @internal */
export type ServerAsk = 'kill' | 'start' | 'pause' | 'resume' | 'ended' | 'ownKeys';

/** What one round is to run. @internal */
export interface RoundOrder {
  readonly words: readonly string[];
  readonly flags: RunFlags;
  /** Options that were typed. */
  readonly typed: readonly string[];
  readonly server: ServerFacts;
}

/** A message to the process of a round. @internal */
export type ToRound =
  | { readonly kind: 'run'; readonly order: RoundOrder }
  /** Something changed, or the user stops: what is explored is of no use any more. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: ServerAnswer };

/** What came of an ask. @internal */
export type ServerAnswer =
  | { readonly value: unknown; readonly restarts: number }
  | { readonly message: string; readonly restarts: number };

/** A message of the process of a round. @internal */
export type FromRound =
  /** Everything is loaded but what somebody edits. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'ask'; readonly id: number; readonly ask: ServerAsk }
  /** `usable`: the server is as it was. */
  | { readonly kind: 'done'; readonly usable: boolean };
