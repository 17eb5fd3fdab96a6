import { createServer, type RequestListener } from 'node:http';
import { Agent, Client, fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Invariant } from '../../check/invariant.js';
import { invariant } from '../../check/invariant.js';
import { explore } from '../../explore/explore.js';
import { openSession, type Session } from '../../explore/session.js';
import type { AimedFault } from '../../faults/spec.js';
import type { Verdict } from '../../record/verdict.js';
import { httpService } from '../../scenario/http/service.js';
import { scenario } from '../../scenario/scenario.js';
import type { ScenarioOptions, WorkerBody, WorkerContext } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';

let session: Session;
beforeAll(async () => {
  session = await openSession(await sharedServer());
});
afterAll(() => session.close());

const api = httpService('api');

type Handler = (context: WorkerContext, ...asked: Parameters<RequestListener>) => Promise<void>;

/** A process that serves, with no idle timeout unless it is given one. */
function serving(handler: Handler, keepAliveMs = 0): WorkerBody {
  return async (context) => {
    const server = createServer((...asked) => void handler(context, ...asked));
    server.keepAliveTimeout = keepAliveMs;
    api.serve(server);
  };
}

const counts: Handler = async ({ redis }, _request, response) =>
  void response.end(String(await redis.incr('visits')));

const open = (): Client => new Client(api.origin, api.clientOptions);

async function post(client: Client, path = '/visits'): Promise<string> {
  const { body } = await client.request({ method: 'POST', path });
  return body.text();
}

async function codeOf(asking: Promise<unknown>): Promise<string> {
  return asking.then(
    () => 'none',
    (error: unknown) => String((error as NodeJS.ErrnoException).code),
  );
}

/** Explores everything, with what each execution noted. */
async function tried(
  options: Pick<ScenarioOptions, 'workers' | 'background'> & Partial<ScenarioOptions>,
  note?: () => string,
): Promise<{ verdict: Verdict; noted: string[] }> {
  const noted = new Set<string>();
  const noting = invariant('notes', () => {
    if (note !== undefined) noted.add(note());
  });
  const cast = scenario({ name: 'http', invariants: [noting], mayNotRace: true, ...options });
  const verdict = await explore(cast, { session, strategy: 'exhaustive', runs: 3000 });
  return { verdict, noted: [...noted].sort() };
}

const visits = (expected: string): Invariant =>
  invariant('visits', async ({ redis }) => {
    const observed = String(await redis.get('visits'));
    if (observed !== expected) return { expected, observed };
  });

const aimed = (kind: 'reset-after-apply' | 'zombie-request'): AimedFault => ({ kind, at: { http: true } });

describe('HTTP within the lab', () => {
  test('a request that arrives is a step, and so is its response', async () => {
    const { verdict } = await tried({
      workers: [async () => void (await post(open()))],
      background: serving(counts),
      invariants: [visits('2')],
    });
    expect(verdict).toMatchObject({ kind: 'breaks', message: 'visits: expected 2, observed 1' });
    const steps = verdict.record!.steps.map(({ worker, command, text }) => [
      worker,
      command?.join(' ') ?? text,
    ]);
    expect(steps).toEqual([
      [2, 'POST /visits arrives'],
      [2, 'INCR visits'],
      [1, '200 to POST /visits arrives'],
    ]);
  });

  test('requests of two clients arrive in either order, with the handler in between', async () => {
    const orders: string[] = [];
    const { verdict, noted } = await tried(
      {
        workers: [
          async () => void orders.push(`a${await post(open())}`),
          async () => void orders.push(`b${await post(open())}`),
        ],
        background: serving(async ({ redis }, _request, response) => {
          const seen = Number(await redis.get('visits'));
          await redis.set('visits', seen + 1);
          response.end(String(seen + 1));
        }),
      },
      () => orders.splice(0).sort().join(),
    );
    expect(verdict).toMatchObject({ kind: 'holds', complete: true });
    // One process, one connection to Redis, and two requests that both read before either writes.
    expect(noted).toEqual(['a1,b1', 'a1,b2', 'a2,b1']);
  });

  test('fetch comes in by an agent of undici', async () => {
    let text = '';
    const { verdict, noted } = await tried(
      {
        workers: [
          async () => {
            const dispatcher = new Agent(api.clientOptions);
            const response = await fetch(`${api.origin}/visits`, { method: 'POST', dispatcher });
            text = await response.text();
          },
        ],
        background: serving(counts),
      },
      () => text,
    );
    expect(verdict).toMatchObject({ kind: 'holds', complete: true });
    expect(noted).toEqual(['1']);
  });

  test('a request may be sent before there is a server', async () => {
    const { verdict } = await tried({
      workers: [async () => void (await post(open()))],
      background: async (context) => {
        await context.redis.get('settings');
        await serving(counts)(context);
      },
      invariants: [visits('1')],
    });
    expect(verdict).toMatchObject({ kind: 'holds', complete: true });
  });

  test('what is written later arrives later', async () => {
    const { verdict } = await tried({
      workers: [async () => void (await post(open()))],
      background: serving(async ({ redis }, _request, response) => {
        response.write('first ');
        response.end(String(await redis.incr('visits')));
      }),
      invariants: [visits('2')],
    });
    expect(verdict.record!.steps.map(({ text }) => text)).toContain(
      'more of the response to POST /visits arrives',
    );
  });

  test('a request whose client heard of a reset may arrive after the next one', async () => {
    const seen: string[] = [];
    const { verdict, noted } = await tried(
      {
        workers: [async () => void (await post(open(), '/first').catch(() => post(open(), '/second')))],
        background: serving(async (context, request, response) => {
          seen.push(request.url!);
          await counts(context, request, response);
        }),
        faults: { kinds: [aimed('zombie-request')] },
      },
      () => seen.splice(0).join(),
    );
    expect(verdict).toMatchObject({ kind: 'holds', complete: true });
    expect(noted).toEqual(['/first', '/first,/second', '/second,/first']);
  });
});

describe('connections that break without a fault', () => {
  test('a request that meets an idle timeout of the server reads ECONNRESET', async () => {
    let code = '';
    const { verdict, noted } = await tried(
      {
        workers: [
          async ({ sleep }) => {
            const client = open();
            await post(client);
            await sleep(3000);
            code = await codeOf(post(client));
          },
        ],
        background: serving(async (context, request, response) => {
          // Without a word on how long it keeps the connection, as where something in between is the one that closes it.
          response.setHeader('Connection', 'keep-alive');
          await counts(context, request, response);
        }, 3000),
      },
      () => code,
    );
    expect(verdict).toMatchObject({ kind: 'holds', complete: true });
    expect(noted).toEqual(['ECONNRESET', 'UND_ERR_SOCKET', 'none']);
  });

  test('when the process of the server dies, its clients read the end, and are refused from then on', async () => {
    let codes = '';
    const { verdict, noted } = await tried(
      {
        workers: [
          async () => {
            const first = await codeOf(post(open()));
            codes = `${first},${await codeOf(post(open()))}`;
          },
        ],
        background: serving(counts),
        faults: { kinds: [{ kind: 'worker-crash', at: { worker: 2 } }] },
      },
      () => codes,
    );
    expect(verdict).toMatchObject({ kind: 'holds', complete: true });
    expect(noted).toEqual(['UND_ERR_SOCKET,ECONNREFUSED', 'none,UND_ERR_SOCKET', 'none,none']);
  });

  test.each([
    ['the client', 'error ECONNRESET'],
    ['the server', 'ECONNRESET: read ECONNRESET'],
  ])('a reset by %s is read by the other one', async (who, read) => {
    let seen = '';
    const { verdict, noted } = await tried(
      {
        workers: [
          async () => {
            const socket = api.createConnection();
            socket.on('error', ({ code, message }: NodeJS.ErrnoException) => (seen = `${code}: ${message}`));
            socket.write('POST /visits HTTP/1.1\r\nHost: api\r\n\r\n');
            if (who === 'the client') (socket as unknown as { resetAndDestroy(): void }).resetAndDestroy();
            else await new Promise((resolve) => socket.on('close', resolve));
          },
        ],
        background: async () => {
          const server = createServer((request) => {
            if (who === 'the server') request.socket.resetAndDestroy();
          });
          server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
            seen = `error ${error.code}`;
            socket.destroy();
          });
          api.serve(server);
        },
      },
      () => seen,
    );
    expect(verdict).toMatchObject({ kind: 'holds', complete: true });
    expect(noted).toEqual([read]);
  });
});

describe('silence and lateness', () => {
  test.each(['black-hole-request', 'black-hole-reply'] as const)(
    'with %s a client without a timeout waits for ever',
    async (kind) => {
      const { verdict } = await tried({
        workers: [async () => void (await post(open()))],
        background: serving(counts),
        faults: { kinds: [{ kind, at: { http: true } }] },
      });
      expect(verdict).toMatchObject({ kind: 'hangs', minimal: { faults: 1 } });
      expect(verdict.message).toMatch(/observed w1 waits for the response to POST \/visits \(w1\.http1\)$/);
    },
  );

  test.each([
    ['black-hole-request', ['gave up: 0']],
    ['black-hole-reply', ['gave up: 1']],
    ['late-reply', ['200: 1', 'gave up: 1']],
  ] as const)('a client that gives up does not know what %s has done', async (kind, expected) => {
    const came = new Set<string>();
    let answer = '';
    const { verdict } = await tried({
      workers: [
        async () => {
          answer = await open()
            .request({ method: 'POST', path: '/visits', signal: AbortSignal.timeout(500) })
            .then(
              ({ statusCode }) => String(statusCode),
              () => 'gave up',
            );
        },
      ],
      background: serving(counts),
      faults: { kinds: [{ kind, at: { http: true } }] },
      invariants: [
        invariant('visits', async ({ redis, history }) => {
          if (history.faults.length > 0) came.add(`${answer}: ${(await redis.get('visits')) ?? 0}`);
        }),
      ],
    });
    expect(verdict).toMatchObject({ kind: 'holds', complete: true });
    expect([...came].sort()).toEqual(expected);
  });

  test('a timeout that fires while the server is at work comes in every order with it', async () => {
    const { verdict, noted } = await tried(
      {
        workers: [
          async () => {
            const signal = AbortSignal.timeout(500);
            ended = await codeOf(open().request({ method: 'POST', path: '/visits', signal }));
          },
        ],
        background: serving(counts),
      },
      () => ended,
    );
    expect(verdict).toMatchObject({ kind: 'holds', complete: true });
    expect(noted).toEqual(['23', 'none']);
  });
  let ended = '';
});

describe('what cannot be', () => {
  test.each([
    [
      { kind: 'half-open', at: { http: true } },
      '"half-open" does not strike at HTTP; these do: reset-before-send, ',
    ],
    [
      { kind: 'zombie-request', at: { http: true, reconnect: 1 } },
      'at HTTP there is no handshake, and no reconnect',
    ],
    [{ kind: 'zombie-request', at: { http: 1 } }, '"at.http" of "zombie-request" is true or false, not 1'],
  ])('%j is refused', (fault, message) => {
    expect(() =>
      scenario({
        name: 'x',
        workers: async () => {},
        invariants: [],
        faults: { kinds: [fault as AimedFault] },
      }),
    ).toThrow(message);
  });

  test('a service has one server, and a name', async () => {
    expect(() => httpService('My API')).toThrow("a service needs a name such as httpService('api')");
    expect(() => api.serve(createServer())).toThrow('outside of an execution');
    const twice = async (context: WorkerContext): Promise<void> => {
      await serving(counts)(context);
      await serving(counts)(context);
    };
    const { verdict } = await tried({ workers: [twice] });
    expect(verdict).toMatchObject({ kind: 'error' });
    expect(verdict.message).toContain('the service "api" has a server already, in w1');
  });

  test('who is answered by nobody is named', async () => {
    const { verdict } = await tried({
      workers: [async () => void (await post(open()))],
      background: serving(async () => {}),
    });
    expect(verdict).toMatchObject({ kind: 'hangs' });
  });
});
