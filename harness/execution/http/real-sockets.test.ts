/** What both ends see of each fault is the same through the gate and through real sockets with a real RST in between. */
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { HTTP_FAULT_KINDS } from '../../faults/http-kinds.js';
import type { AimedFault } from '../../faults/spec.js';
import { explore, httpService, invariant, scenario } from '../../index.js';
import { ask, HTTP_CLIENTS, noting } from './testing/asking.js';

interface Seen {
  readonly client: string;
  readonly server: readonly string[];
}

type HttpFault = Extract<AimedFault, { kind: (typeof HTTP_FAULT_KINDS)[number] }>;

/** Every fault, and some with other parameters: the part that comes ends among the headers, or in the body. */
const FAULTS: readonly HttpFault[] = [
  ...HTTP_FAULT_KINDS.map((kind) => ({ kind })),
  { kind: 'truncated-reply', by: 'reset' },
  { kind: 'truncated-reply', bytes: 10_000 },
  { kind: 'truncated-reply', bytes: 10_000, by: 'reset' },
];

const api = httpService('api');

/** Does nothing ever come, so that only the patience of the client ends the wait, or may it end it? */
const isSilent = ({ kind }: HttpFault): boolean => kind.startsWith('black-hole') || kind === 'late-reply';
/** Virtual time, through the gate. Through sockets patience ends when nothing can come any more, however long that takes. */
const PATIENCE_MS = 100;

/** What was opened by anybody here, clients too. */
const opened: Socket[] = [];
subscribe('net.client.socket', (message) => opened.push((message as { socket: Socket }).socket));

/** Everything that can be seen, each once, in a fixed order. */
function distinct(seen: readonly Seen[]): Seen[] {
  return [...new Map(seen.map((one) => [JSON.stringify(one), one])).values()].sort((a, b) =>
    a.client.localeCompare(b.client),
  );
}

async function throughTheGate(client: (typeof HTTP_CLIENTS)[number], fault: HttpFault): Promise<Seen[]> {
  const seen: Seen[] = [];
  let answer = '';
  let noted: string[] = [];
  const cast = scenario({
    name: 'asks once',
    workers: [
      async () => {
        answer = await ask(client, {
          origin: api.origin,
          options: api.clientOptions,
          request: { createConnection: api.createConnection },
          signal: isSilent(fault) ? AbortSignal.timeout(PATIENCE_MS) : undefined,
        });
      },
    ],
    background: async () => api.serve(noting((noted = []))),
    faults: { kinds: [{ ...fault, at: { http: true } }] },
    invariants: [
      invariant('noted', ({ history }) => {
        if (history.faults.length > 0) seen.push({ client: answer, server: [...noted] });
      }),
    ],
    mayNotRace: true,
  });
  expect(await explore(cast)).toMatchObject({ kind: 'holds', complete: true });
  expect(seen.length).toBeGreaterThan(0);
  return distinct(seen);
}

async function throughSockets(client: (typeof HTTP_CLIENTS)[number], fault: HttpFault): Promise<Seen[]> {
  // What is late comes before the client gives up, or after it.
  if (fault.kind === 'late-reply') {
    return distinct([await onSockets(client, fault, false), await onSockets(client, fault, true)]);
  }
  return [await onSockets(client, fault, isSilent(fault))];
}

/** @param givesUp - the client does, once nothing can come any more */
async function onSockets(
  client: (typeof HTTP_CLIENTS)[number],
  fault: HttpFault,
  givesUp: boolean,
): Promise<Seen> {
  const noted: string[] = [];
  const server = noting(noted);
  const closed = new Promise<void>((resolve) => {
    server.on('connection', (socket) => socket.on('close', () => resolve()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answered = new Promise<void>((resolve) => {
    server.on('request', (_asked, response) => response.on('finish', resolve));
  });
  const patience = new AbortController();
  const middle = between((server.address() as AddressInfo).port, fault, givesUp ? patience : undefined);
  await once(middle, 'listening');
  const { port } = middle.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const answer = await ask(client, {
    origin,
    options: {},
    request: { port, host: '127.0.0.1', agent: false },
    signal: patience.signal,
  });
  if (fault.kind === 'black-hole-reply') await answered;
  else if (!fault.kind.endsWith('before-send') && fault.kind !== 'black-hole-request') await closed;
  const seen = { client: answer, server: [...noted] };
  middle.close();
  server.close();
  server.closeAllConnections();
  return seen;
}

/**
 * Stands between client and server, and does to them what the fault says.
 *
 * @param patience - of a client that gives up: what is late comes after that
 */
function between(port: number, fault: HttpFault, patience: AbortController | undefined): Server {
  const giveUp = (): void =>
    patience?.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  const middle = createServer((client) => {
    client.on('error', () => {});
    client.once('data', (asked) => {
      if (fault.kind === 'reset-before-send') client.resetAndDestroy();
      else if (fault.kind === 'close-before-send') client.end();
      else if (fault.kind === 'black-hole-request') {
        client.on('end', () => client.end());
        giveUp();
      } else {
        const server = connect(port, '127.0.0.1', () => server.write(asked));
        server.on('error', () => {});
        client.on('data', (more) => server.write(more));
        if (fault.kind === 'zombie-request') client.resetAndDestroy();
        if (fault.kind === 'late-reply') client.on('end', () => server.end());
        server.once('data', (answer) => {
          if (fault.kind !== 'late-reply') strike(fault, client, server, answer);
          else if (patience === undefined) client.write(answer);
          else client.once('end', () => client.end(answer));
          giveUp();
        });
      }
    });
  });
  return middle.listen(0, '127.0.0.1');
}

function strike(fault: HttpFault, client: Socket, server: Socket, answer: Buffer): void {
  // Nobody hears of it, also not that the other side is gone.
  if (fault.kind === 'black-hole-reply') return void client.on('end', () => client.end());
  const end = (by: 'close' | 'reset'): void => {
    for (const socket of [client, server]) {
      if (by === 'reset') socket.resetAndDestroy();
      else socket.end();
    }
  };
  if (fault.kind !== 'truncated-reply') return end(fault.kind === 'close-after-apply' ? 'close' : 'reset');
  const part = answer.subarray(0, Math.min(fault.bytes ?? 1, answer.length - 1));
  client.write(part);
  void hasRead(client).then(() => end(fault.by ?? 'close'));
}

/** A reset overtakes what nobody has read yet: waits until the other end has read all that was written here. */
async function hasRead(end: Socket): Promise<void> {
  const reader = opened.find(({ localPort }) => localPort === end.remotePort)!;
  while (reader.bytesRead < end.bytesWritten) await turn();
}

describe.each(HTTP_CLIENTS)('%s', (client) => {
  test.each(FAULTS)('and the server should see of %o what sockets show', async (fault) => {
    expect(await throughTheGate(client, fault)).toEqual(await throughSockets(client, fault));
  });
});
