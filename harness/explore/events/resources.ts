/** Names of what steps touch, besides keys. */

/** What a worker knows; every step of it writes it. @internal */
export const worker = (id: number): string => `worker:${id}`;
/** What a worker has sent and not heard of: a fault may put an end to all of it. @internal */
export const sending = (id: number): string => `sending:${id}`;
/** What is left of a limit: which fault comes first decides whether the others may still come. @internal */
export const limit = (cost: string): string => `limit:${cost}`;
/** Whether some worker still runs: when none does, timers that were left behind do not fire any more. @internal */
export const RUNNING = 'running';
/** Virtual time. @internal */
export const CLOCK = 'clock';
/** The common order of what happened, where nobody knows who looks at what of it. @internal */
export const HISTORY = 'history';
/** What an invariant sees of the history: the common order of all that it looks at, or some part of it. @internal */
export const historyOf = (invariant: string, part: string): string => `history:${invariant}:${part}`;
/** A connection that workers share: what the server remembers of it, and what waits to be sent on it; or one of HTTP, and what is on its way. @internal */
export const connection = (client: string): string => `connection:${client}`;
/** What the server pushes on a connection, in the order in which it arrives. @internal */
export const inbox = (connection: string): string => `inbox:${connection}`;
/** Whether the time of a worker's timers has come while it could go on: then one of them may be next, with no permit. @internal */
export const overtaken = (id: number): string => `overtaken:${id}`;
/** Is this resource such a one? @internal */
export const isOvertaken = (resource: string): boolean => resource.startsWith('overtaken:');
/** What workers share in the memory of their process. @internal */
export const MEMORY = 'memory';

/** Something that is on its way: the step that sets it off comes before it. @internal */
export const pending = (id: string): string => `pending:${id}`;

/** An event by its key: whatever sets it off comes before it, in every execution. @internal */
export const sets = (event: string): string => `sets:${event}`;

/** A key of a database of the server. @internal */
export const key = (database: number | string, name: string): string => `${database}:${name}`;
/** A shared value of the workers' own process. @internal */
export const sharedValue = (name: string): string => `shared:${name}`;
/** Is this resource a key? @internal */
export const isKey = (resource: string): boolean => /^\d+:/.test(resource);
/** A channel of subscriptions. @internal */
export const channel = (name: string): string => `ch:${name}`;
/** A script in the server's cache. @internal */
export const script = (sha1: string): string => `script:${sha1}`;
/** Subscriptions to patterns of channels. @internal */
export const PATTERNS = 'patterns';
