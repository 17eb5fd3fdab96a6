import { connect, type Socket } from 'node:net';
import { createClient } from '@redis/client';
import { createClient as createOldClient } from 'redis2';
import type { Redis } from 'ioredis';
import type { WorkerContext } from '../../harness/scenario/types.js';

/** Where a client connects to. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

type Log = (line: string) => void;
/** @param pairs - two commands at a time, written together */
type Run = (context: WorkerContext, target: Target, log: Log, pairs: boolean) => Promise<void>;

/** How long a client waits for a reply before it gives up, in ms. */
const PATIENCE_MS = 300;
/** Commands that each client issues, one after the other. */
const COMMANDS = 3;

/** An error as programs see it; ports differ from one way in to another. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `no error but ${String(error)}`;
  const { code, errno, syscall, address } = error as NodeJS.ErrnoException & { address?: string };
  const port = 'port' in error ? typeof error.port : 'none';
  const message = error.message.replace(/(to )?[\w.-]+:\d+\b/g, '$1HOST:PORT');
  return `${error.constructor.name}(${error.name}) ${JSON.stringify({ message, code, errno, syscall, address, port })}`;
}

async function attempt(log: Log, body: () => Promise<unknown>): Promise<void> {
  try {
    log(`replied ${JSON.stringify(await body())}`);
  } catch (error) {
    log(`rejected ${describeError(error)}`);
  }
}

/** A command, or two at a time. */
function once(pairs: boolean, command: () => Promise<unknown>): () => Promise<unknown> {
  return pairs ? () => Promise.all([command(), command()]) : command;
}

/** The lab's own ioredis. */
const ioredis: Run = async ({ redis }, _target, log, pairs) => {
  // Its first connection is there before anybody can listen.
  watchStream(redis, log);
  redis.on('connect', () => watchStream(redis, log));
  for (const event of ['connect', 'ready', 'close', 'reconnecting', 'end']) redis.on(event, () => log(event));
  redis.on('error', (error) => log(`error ${describeError(error)}`));
  for (let n = 0; n < COMMANDS; n++)
    await attempt(
      log,
      once(pairs, () => redis.incr('count')),
    );
  log(`status ${redis.status}`);
};

/** What the stream below says, which `Connector`s and plugins see. */
function watchStream(redis: Redis, log: Log): void {
  const { stream } = redis as unknown as { stream: Socket };
  const state = (): string => `${stream.destroyed} ${stream.readable} ${stream.writable}`;
  for (const event of ['end', 'timeout', 'finish']) stream.on(event, () => log(`stream ${event} ${state()}`));
  stream.on('error', (error) => log(`stream error ${describeError(error)} ${state()}`));
  stream.on('close', (hadError) => log(`stream close ${hadError} ${state()}`));
}

/** node-redis 6. */
const nodeRedis: Run = async (_context, { host, port }, log, pairs) => {
  const client = createClient({ socket: { host, port, socketTimeout: PATIENCE_MS } });
  for (const event of ['connect', 'ready', 'reconnecting', 'end']) client.on(event, () => log(event));
  client.on('error', (error) => log(`error ${describeError(error)}`));
  client.on('terminated', (error) => log(`terminated ${describeError(error)}`));
  await client.connect();
  for (let n = 0; n < COMMANDS; n++)
    await attempt(
      log,
      once(pairs, () => client.incr('count')),
    );
  log(`open ${client.isOpen}, ready ${client.isReady}`);
  client.destroy();
};

/** node_redis 2. */
const oldNodeRedis: Run = async (_context, { host, port }, log, pairs) => {
  const client = createOldClient({ host, port });
  for (const event of ['connect', 'ready', 'end']) client.on(event, () => log(event));
  client.on('reconnecting', ({ delay, attempt: nth }: { delay: number; attempt: number }) =>
    log(`reconnecting ${delay} ${nth}`),
  );
  client.on('error', (error: Error) => log(`error ${describeError(error)}`));
  const incr = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve('nothing'), PATIENCE_MS);
      client.incr('count', (error: Error | null, reply: unknown) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve(reply);
      });
    });
  for (let n = 0; n < COMMANDS; n++) await attempt(log, once(pairs, incr));
  log(`connected ${client.connected}`);
  client.end(false);
};

/** No client at all: a socket, with everything that it says of itself. */
const rawSocket: Run = async (_context, target, log, pairs) => {
  for (let n = 0; n < COMMANDS; n++) {
    await new Promise<void>((resolve) => converse(connect(target.port, target.host), log, pairs, resolve));
    log('connection over');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

/** Sends two commands, ends the connection after the second reply, and tells everything that happens meanwhile. */
function converse(socket: Socket, log: Log, pairs: boolean, over: () => void): void {
  const state = (): string =>
    `${socket.readyState} ${socket.destroyed ? 'destroyed' : 'alive'} in ${socket.bytesRead} out ${socket.bytesWritten}`;
  const command = '*2\r\n$4\r\nINCR\r\n$5\r\ncount\r\n'.repeat(pairs ? 2 : 1);
  let replies = 0;
  socket.on('connect', () => {
    log(`connect ${state()} ${socket.remoteAddress}`);
    socket.write(command, (error) => error && log(`not written: ${describeError(error)}`));
  });
  socket.on('ready', () => log('ready'));
  socket.on('data', (bytes) => {
    log(`data ${JSON.stringify(String(bytes))} ${state()}`);
    replies += String(bytes).split('\r\n').length - 1;
    const wanted = pairs ? 2 : 1;
    if (replies === wanted) socket.write(command);
    else if (replies === 2 * wanted) socket.end();
  });
  socket.setTimeout(PATIENCE_MS, () => {
    log(`timeout ${state()}`);
    socket.destroy();
  });
  socket.on('end', () => log(`end ${state()}`));
  socket.on('finish', () => log('finish'));
  socket.on('error', (error) => log(`error ${describeError(error)} ${state()}`));
  socket.on('close', (hadError) => {
    log(
      `close ${hadError} ${state()} errored ${socket.errored === null ? 'null' : describeError(socket.errored)}`,
    );
    over();
  });
}

/** Clients, and by which ways each can come in. */
export const OBSERVED: Record<string, Run> = {
  ioredis,
  'node-redis 6': nodeRedis,
  'node_redis 2': oldNodeRedis,
  'a raw socket': rawSocket,
};

export const PATIENT_IOREDIS = { commandTimeout: PATIENCE_MS };
