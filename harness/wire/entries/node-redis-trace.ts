import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { currentFlow } from '../../base/flow.js';
import type { CommandTag } from '../../base/flow.js';
import type { Client } from '../gate/client.js';
import { foreignClientsOf } from './foreign-clients.js';

/**
 * node-redis (`@redis/client` 5.12 and newer) says on diagnostics channels which command it was given, in the async
 * context of the caller. Its frames are written later, many at once and in the context of the first of them, so
 * this is what tells the workers apart that share one client; and it knows when a command settled that was never
 * written. Older versions say nothing: there a frame belongs to the worker in whose context it was written.
 */
interface TraceContext {
  readonly clientId?: string;
  readonly command?: string;
  readonly batchMode?: 'MULTI' | 'PIPELINE';
  readonly batchSize?: number;
}

/** Commands of one trace context: one, or the MULTI, the commands and the EXEC of a transaction. */
const announced = new WeakMap<object, { readonly client: Client; readonly tags: readonly CommandTag[] }>();
let connecting: string | undefined;

/** The trace id of the client that is opening a connection right now. @internal */
export function nodeRedisConnecting(): string | undefined {
  return connecting;
}

/** Follows what node-redis says. @returns a function that ends it @internal */
export function followNodeRedis(): () => void {
  const listeners: [string, (message: unknown) => void][] = [
    ['connect:start', (message) => (connecting = (message as TraceContext).clientId)],
    ['connect:end', () => (connecting = undefined)],
    ['command:start', (message) => announceCommand(message as TraceContext)],
    ['batch:start', (message) => announceTransaction(message as TraceContext)],
  ];
  for (const kind of ['command', 'batch']) {
    for (const event of ['error', 'asyncEnd'])
      listeners.push([`${kind}:${event}`, (message) => settled(message as object)]);
  }
  for (const [name, listener] of listeners) subscribe(`tracing:node-redis:${name}`, listener);
  return () => {
    for (const [name, listener] of listeners) unsubscribe(`tracing:node-redis:${name}`, listener);
  };
}

function announceCommand(context: TraceContext): void {
  const client = clientOf(context);
  if (client === undefined) return;
  announced.set(context, { client, tags: [client.announce(context.command?.toLowerCase())] });
}

/** Inside a transaction the single commands are not announced; they are written in one piece. */
function announceTransaction(context: TraceContext): void {
  if (context.batchMode !== 'MULTI' || context.batchSize === undefined) return;
  const client = clientOf(context);
  if (client === undefined) return;
  const tags = Array.from({ length: context.batchSize + 2 }, () => client.announce(undefined));
  announced.set(context, { client, tags });
}

function clientOf({ clientId }: TraceContext): Client | undefined {
  const flow = currentFlow();
  if (flow === undefined || clientId === undefined) return undefined;
  const client = foreignClientsOf(flow)?.traced(clientId);
  // Where the calls themselves are seen, nothing is to be announced twice.
  return client?.isReady === undefined ? client : undefined;
}

function settled(context: object): void {
  const known = announced.get(context);
  if (known === undefined) return;
  for (const tag of known.tags) known.client.withdraw(tag);
}
