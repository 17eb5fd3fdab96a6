import type { Cost } from './event.js';

/** Names of what steps touch, besides keys. */

/** What a worker knows; every step of it writes it. */
export const worker = (id: number): string => `worker:${id}`;
/** What is left of a limit: which fault comes first decides whether the others may still come. */
export const limit = (cost: Cost): string => `limit:${cost}`;
/** Whether some worker still runs: when none does, timers that were left behind do not fire any more. */
export const RUNNING = 'running';
/** Virtual time. */
export const CLOCK = 'clock';
/** The common order of what happened, where nobody knows who looks at what of it. */
export const HISTORY = 'history';
/** What an invariant sees of the history: the common order of all that it looks at, or some part of it. */
export const historyOf = (invariant: string, part: string): string => `history:${invariant}:${part}`;
/** A connection that workers share: what the server remembers of it, and what waits to be sent on it. */
export const connection = (client: string): string => `connection:${client}`;
/** What the server pushes on a connection, in the order in which it arrives. */
export const inbox = (connection: string): string => `inbox:${connection}`;
/** What workers share in the memory of their process. */
export const MEMORY = 'memory';

/** Something that is on its way: the step that sets it off comes before it. */
export const pending = (id: string): string => `pending:${id}`;

export const key = (database: number | string, name: string): string => `${database}:${name}`;
/** Is this resource a key? */
export const isKey = (resource: string): boolean => /^\d+:/.test(resource);
export const channel = (name: string): string => `ch:${name}`;
/** A script in the server's cache. */
export const script = (sha1: string): string => `script:${sha1}`;
/** Subscriptions to patterns of channels. */
export const PATTERNS = 'patterns';
