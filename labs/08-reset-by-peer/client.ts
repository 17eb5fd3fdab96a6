import { Client } from 'undici';

/** One request of a sequence, with what it is called. */
export interface Transaction {
  readonly name: 'create' | 'read' | 'update' | 'delete';
  readonly method: 'POST' | 'GET' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

/** What the API said. */
export interface Answer {
  readonly status: number;
  readonly body: { readonly id?: string; readonly name?: string };
}

/** Sends a transaction once. @throws when the connection breaks */
export type Send = (transaction: Transaction) => Promise<Answer>;

/** What to do about connections that break. */
export type Policy = (send: Send) => Send;

/** A key for each transaction, the same however often it is sent. */
export type KeyOf = (transaction: Transaction) => string;

/**
 * Sends by a client of undici, with a key that says which transaction it is.
 *
 * @param patienceMs - gives up after so long, in ms; never where it is left out
 */
export function sender(client: Client, keyOf: KeyOf, patienceMs?: number): Send {
  return async (transaction) => {
    const { method, path, body } = transaction;
    const answer = await client.request({
      method,
      path,
      headers: { 'content-type': 'application/json', 'idempotency-key': keyOf(transaction) },
      ...(patienceMs === undefined ? {} : { signal: AbortSignal.timeout(patienceMs) }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) };
  };
}

/** How the sequence is run. */
export interface SequenceOptions {
  /** Called before the transaction of this name. */
  readonly before?: (name: Transaction['name']) => Promise<void> | void;
  /** The last one; all of them where it is left out. */
  readonly until?: Transaction['name'] | undefined;
}

/** In this order; all but the first are about the item that the first one makes. */
const TRANSACTIONS: readonly (Omit<Transaction, 'path'> & { readonly wanted: number })[] = [
  { name: 'create', method: 'POST', body: { name: 'lamp' }, wanted: 201 },
  { name: 'read', method: 'GET', wanted: 200 },
  { name: 'update', method: 'PUT', body: { name: 'desk lamp' }, wanted: 204 },
  { name: 'delete', method: 'DELETE', wanted: 204 },
];

/** An answer that cannot be the answer to this. */
class Unexpected extends Error {
  override name = 'Unexpected';
}

/**
 * Creates an item, reads, updates and deletes it, one transaction after the other.
 *
 * @throws where one of them fails
 */
export async function sequence(send: Send, { before, until }: SequenceOptions = {}): Promise<void> {
  let path = '/items';
  for (const { name, method, body, wanted } of TRANSACTIONS) {
    await before?.(name);
    const answer = await send({ name, method, path, ...(body === undefined ? {} : { body }) });
    if (answer.status !== wanted)
      throw new Unexpected(`${method} ${path} was answered with ${answer.status}`);
    if (name === 'create') path = `/items/${answer.body.id}`;
    if (name === until) return;
  }
}

/** Did the connection break, or did nothing come in time, so that nobody knows what became of the request? */
export function isConnectionError(error: unknown): boolean {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return name === 'TimeoutError' || code === 'ECONNRESET' || code === 'UND_ERR_SOCKET' || code === 'EPIPE';
}
