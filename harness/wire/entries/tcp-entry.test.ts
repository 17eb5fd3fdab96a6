import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@redis/client';
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest';
import { lines, race, runChoices } from '../../../test/support/executions.js';
import { adders, program, raw, RAW_CLIENT } from '../../../test/support/outside-programs.js';
import { Environment } from '../../execution/host/environment.js';
import type { WorkerBody } from '../../scenario/types.js';
import { environmentOf, startOf } from '../../server/binary/binary.js';
import { findBinary } from '../../server/binary/find-binary.js';
import { resolveRequest } from '../../server/request.js';
import { sharedServer } from '../../server/index.js';
import { isAlive } from '../../server/testing/processes.js';
import type { FaultKind } from '../../faults/catalogue.js';

const run = promisify(execFile);

let environment: Environment;
/** The command line client that came with the server; undefined where there is none. */
let redisCli: (ReturnType<typeof startOf> & { readonly env: NodeJS.ProcessEnv }) | undefined;
let pythonClient: string | undefined;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
  const { binary: named, wanted } = resolveRequest();
  const server = await findBinary({ named, wanted }).catch(() => undefined);
  const client = server && { ...server, path: join(dirname(server.path), `${server.product}-cli`) };
  if (client !== undefined && existsSync(client.path))
    redisCli = { ...startOf(client), env: environmentOf(client) };
  const asked = await run('python3', ['-c', 'import redis; print(redis.__version__)']).catch(() => undefined);
  pythonClient = asked?.stdout.trim();
});
afterAll(() => environment.close());

const cli: WorkerBody = async (context) => {
  const ask = async (...args: string[]): Promise<string> => {
    const port = await context.tcpPort();
    const { file, args: before, env } = redisCli!;
    return program(context, file, [...before, '-p', String(port), ...args], env);
  };
  await context.operation('increment', async () => {
    const seen = Number(await ask('GET', 'count'));
    await ask('SET', 'count', String(seen + 1));
  });
};

const PYTHON = `
import redis, sys
client = redis.Redis(host='127.0.0.1', port=int(sys.argv[1]))
try:
    seen = int(client.get('count') or 0)
    client.set('count', seen + 1)
    print('done')
except redis.RedisError as error:
    print(type(error).__name__, error)
`;
const python: WorkerBody = async (context) => {
  const port = await context.tcpPort();
  await context.operation('increment', () => program(context, 'python3', ['-c', PYTHON, String(port)]));
};

const PROGRAMS: Record<string, { readonly body: WorkerBody; readonly missing: () => string | undefined }> = {
  'a program with a socket': { body: raw, missing: () => undefined },
  'redis-cli': {
    body: cli,
    missing: () => (redisCli ? undefined : 'no redis-cli next to the redis-server of this machine'),
  },
  "Python's redis client": {
    body: python,
    missing: () => (pythonClient ? undefined : 'python3 has no module redis (pip install redis)'),
  },
};

describe.each(Object.entries(PROGRAMS))('%s', (_name, { body, missing }) => {
  function skipWithout(context: TestContext): void {
    const reason = missing();
    if (reason !== undefined) context.skip(reason);
  }

  test('should do the same on the same tape', async (context) => {
    skipWithout(context);
    const lost = [
      'w1 GET count -> null',
      'w2 GET count -> null',
      'w2 SET count 1 -> "OK"',
      'w1 SET count 1 -> "OK"',
    ];
    for (let nth = 1; nth <= 5; nth++) {
      const result = await runChoices(environment, adders(body), [0, 1]);
      expect(lines(result)).toEqual(lost);
      expect(result.finding).toMatchObject({ expected: 'count = 2', observed: 'count = 1' });
      expect(result.bestEffort).toBe(true);
    }
    const calm = await runChoices(environment, adders(body));
    expect(calm.finding).toBeUndefined();
  });
});

describe('a fault, seen from another process', () => {
  const SEEN: Partial<
    Record<FaultKind, { readonly choices: readonly number[]; readonly told: readonly string[] }>
  > = {
    'reset-before-send': {
      choices: [-1],
      told: ['connect', 'error read ECONNRESET ECONNRESET read', 'connect', 'done'],
    },
    'reset-after-apply': {
      choices: [0, -1],
      told: ['connect', 'error read ECONNRESET ECONNRESET read', 'connect', 'done'],
    },
    'truncated-reply': {
      choices: [0, -1],
      told: ['connect', 'end after "+"', 'connect', 'done'],
    },
    'black-hole-request': { choices: [-1], told: ['connect', 'timeout', 'connect', 'done'] },
    'black-hole-reply': { choices: [0, -1], told: ['connect', 'timeout', 'connect', 'done'] },
  };

  test.each(Object.entries(SEEN))('%s', async (kind, { choices, told }) => {
    let output = '';
    const body: WorkerBody = async (context) => {
      const port = await context.tcpPort({ silenceMs: 10_000 });
      output = await program(context, process.execPath, [RAW_CLIENT, String(port), '5', '700']);
    };
    const cast = race(body, { faults: { kinds: [kind as FaultKind], budget: 1 } });
    const result = await runChoices(environment, cast, choices);
    expect(output.split('\n')).toEqual(told);
    expect(result.finding).toBeUndefined();
    expect(result.steps.filter((step) => step.fault !== undefined)).toHaveLength(1);
  });

  test('refuse-connect', async () => {
    let output = '';
    const body: WorkerBody = async (context) => {
      const port = await context.tcpPort({ refuseMs: 1500 });
      output = await program(context, process.execPath, [RAW_CLIENT, String(port), '1000']);
    };
    const kinds = ['reset-before-send', { kind: 'refuse-connect', count: 1 }] as const;
    await runChoices(environment, race(body, { faults: { kinds, budget: 2 } }), [-1, -1]);
    const told = output.split('\n');
    expect(told.slice(0, 2)).toEqual(['connect', 'error read ECONNRESET ECONNRESET read']);
    // The kernel accepts the next one before the lab is asked, so it breaks off: while the other process connects, writes
    // or reads, whichever it has come to. From then on nobody listens.
    const broken = told.findIndex((line) => line.includes('ECONNREFUSED'));
    expect(told.slice(2, broken).join(', ')).toMatch(/^(connect, )?error (connect|write|read) ECONNRESET/);
    const refused = told.slice(broken, -2);
    expect(new Set(refused)).toEqual(
      new Set(['error connect ECONNREFUSED 127.0.0.1:PORT ECONNREFUSED connect']),
    );
    expect(told.slice(-2)).toEqual(['connect', 'done']);
  });

  test('worker-crash', async () => {
    let child = 0;
    const body: WorkerBody = async (context) => {
      const port = await context.tcpPort();
      const running = run(process.execPath, [RAW_CLIENT, String(port)], {
        signal: context.signal,
        killSignal: 'SIGKILL',
      });
      child = running.child.pid!;
      await running;
    };
    const cast = race(body, { faults: { kinds: ['worker-crash'], budget: 1 } });
    const result = await runChoices(environment, cast, [0, -1]);
    expect(lines(result)).toEqual(['w1 GET count -> null', 'w1 SET count 1 [worker-crash]']);
    await expect.poll(() => isAlive(child)).toBe(false);
  });

  test('should be what Python sees of a real socket', async (context) => {
    if (pythonClient === undefined) context.skip('python3 has no module redis (pip install redis)');
    let output = '';
    const once = PYTHON.replace("host='127.0.0.1'", "host='127.0.0.1', retry=None");
    const body: WorkerBody = async (worker) => {
      const port = await worker.tcpPort();
      output = await program(worker, 'python3', ['-c', once, String(port)]);
    };
    const cast = race(body, { faults: { kinds: ['reset-after-apply'], budget: 1 } });
    await runChoices(environment, cast, [0, -1]);
    expect(output.replace(/:\d+/, ':PORT')).toBe(
      "ConnectionError Error while reading from 127.0.0.1:PORT : (104, 'Connection reset by peer')",
    );
  });
});

describe('clients of this process on a port', () => {
  test('should be ordered exactly, also with several connections', async () => {
    const body: WorkerBody = async ({ tcpPort }) => {
      const port = await tcpPort();
      const clients = [1, 2, 3].map(() => createClient({ socket: { host: '127.0.0.1', port } }));
      await Promise.all(clients.map((client) => client.connect()));
      await Promise.all(clients.map((client) => client.incr('count')));
      for (const client of clients) await client.close();
    };
    const cast = race([body, body]);
    const first = await runChoices(environment, cast, [3, 4, 1]);
    expect(first.finding).toBeUndefined();
    expect(first.bestEffort).toBe(false);
    expect(first.steps.filter(({ kind }) => kind === 'command')).toHaveLength(6);
    for (let nth = 1; nth <= 10; nth++)
      expect(lines(await runChoices(environment, cast, [3, 4, 1]))).toEqual(lines(first));
  });
});

test('what comes before nonsense in one write is run and answered, and then the connection ends', async () => {
  let seen = '';
  const script = `const socket = require('net').connect(Number(process.argv[1]), '127.0.0.1');
    socket.write('*1\\r\\n$4\\r\\nPING\\r\\n*1\\r\\n!oops\\r\\n');
    socket.on('data', (bytes) => process.stdout.write(bytes));`;
  const body: WorkerBody = async (worker) => {
    const port = await worker.tcpPort();
    seen = await program(worker, process.execPath, ['-e', script, String(port)]);
  };
  const result = await runChoices(environment, race(body));
  expect(lines(result)).toEqual(['w1 PING -> "PONG"']);
  expect(seen).toMatch(/^\+PONG\r\n-ERR Protocol error: bad length/);
});

describe('a client that says nothing', () => {
  test('should be named when it never connects', async () => {
    const body: WorkerBody = async ({ tcpPort }) => {
      await tcpPort({ waitMs: 200 });
      await new Promise(() => {});
    };
    await expect(runChoices(environment, race(body))).rejects.toThrow(
      /^the client of w1 on port \d+ did not connect, from its start, for 200 ms\. If it needs longer, say so: tcpPort\(\{ waitMs \}\)$/,
    );
  });

  test('should be named when it sends nothing more', async () => {
    const body: WorkerBody = async (context) => {
      const port = await context.tcpPort({ waitMs: 3000 });
      const idle = `require('net').connect(${port}, '127.0.0.1').write('*1\\r\\n$4\\r\\nPING\\r\\n')`;
      await program(context, process.execPath, ['-e', idle]);
    };
    await expect(runChoices(environment, race(body))).rejects.toThrow(
      /^the client of w1 on port \d+ sent no further command, after PING, for 3000 ms/,
    );
  });

  test('should leave no open port behind', async () => {
    let port = 0;
    const body: WorkerBody = async (context) => {
      port = await context.tcpPort();
      await program(context, process.execPath, [RAW_CLIENT, String(port)]);
    };
    await runChoices(environment, race(body));
    const code = await new Promise((resolve) => {
      connect(port, '127.0.0.1').on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(code).toBe('ECONNREFUSED');
  });
});
