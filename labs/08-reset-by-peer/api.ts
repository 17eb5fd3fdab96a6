import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Redis } from 'ioredis';

/** What every request leaves behind where it has done something: one entry each time, as an order or a mail would be. */
export const DONE = 'done';
/** The number of the last item. */
export const LAST = 'items:last';

/** The key under which an item is kept. */
export function itemKey(id: string): string {
  return `item:${id}`;
}

/** How an API changes the store. Each is told the key that the client gave the transaction, and need not use it. */
export interface Writes {
  /** @returns the number of the new item */
  readonly create: (redis: Redis, key: string, name: string) => Promise<string>;
  /** @returns was there such an item? */
  readonly update: (redis: Redis, key: string, id: string, name: string) => Promise<boolean>;
  /** @returns was there such an item? */
  readonly remove: (redis: Redis, key: string, id: string) => Promise<boolean>;
}

/** What a request is answered with. */
interface Answer {
  readonly status: number;
  readonly body?: object;
}

/** How the way to the API treats a connection on which nobody asks for anything. */
export interface ServerOptions {
  /** After so long, in ms, it is forgotten: whatever comes on it then is answered by RST. Default: never. */
  readonly forgetsAfterMs?: number;
}

/** An API for items: `POST /items`, and `GET`, `PUT` and `DELETE` of `/items/1`. */
export function api(redis: Redis, writes: Writes, { forgetsAfterMs = Infinity }: ServerOptions = {}): Server {
  const used = new WeakMap<object, number>();
  const server = createServer((request, response) => {
    const { socket } = request;
    // As a proxy, a firewall or an address translation does, which remembers a connection for so long and says nothing.
    if (Date.now() - (used.get(socket) ?? Infinity) >= forgetsAfterMs) {
      socket.resetAndDestroy();
      return;
    }
    void answer(redis, writes, request)
      .catch((error: unknown): Answer => ({ status: 500, body: { error: String(error) } }))
      .then(({ status, body }) => {
        used.set(socket, Date.now());
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(body === undefined ? undefined : JSON.stringify(body));
      });
  });
  server.keepAliveTimeout = 0;
  return server;
}

async function answer(redis: Redis, writes: Writes, request: IncomingMessage): Promise<Answer> {
  const { name = '' } = await bodyOf(request);
  const [, , id] = request.url!.split('/');
  const key = String(request.headers['idempotency-key'] ?? '');
  const known = (found: boolean): Answer => ({ status: found ? 204 : 404 });
  switch (`${request.method} ${id === undefined ? 'all' : 'one'}`) {
    case 'POST all':
      return { status: 201, body: { id: await writes.create(redis, key, name) } };
    case 'GET one': {
      const item = await redis.hgetall(itemKey(id!));
      return item['name'] === undefined ? known(false) : { status: 200, body: item };
    }
    case 'PUT one':
      return known(await writes.update(redis, key, id!, name));
    case 'DELETE one':
      return known(await writes.remove(redis, key, id!));
    default:
      return { status: 405 };
  }
}

async function bodyOf(request: IncomingMessage): Promise<{ readonly name?: string }> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as { name?: string });
}
