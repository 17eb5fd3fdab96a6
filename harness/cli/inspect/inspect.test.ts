import { expect, test } from 'vitest';
import { WebSocket } from 'undici';
import { childrenOf, isAlive } from '../../server/testing/processes.js';
import { shareText } from '../../play/share.js';
import { ON_A_PROCESS, spawned, start, type Ran, type Running } from '../testing/spawned.js';

const RECORD = 'reports/01-lost-update--get-set.json';
const SHARED = shareText({
  lab: '01-lost-update',
  variant: 'get-set',
  tape: '0.1',
  invariant: 'no lost update',
});

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params: { readonly scriptId: string; readonly url: string; readonly callFrames: readonly Frame[] };
  readonly result?: { readonly result: { readonly value: string } };
}

interface Frame {
  readonly callFrameId: string;
  readonly functionName: string;
  readonly location: { readonly scriptId: string };
}

/** A debugger, as far as it is needed. */
class Debugger {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (value: string) => void>();
  readonly #urls = new Map<string, string>();
  #asked = 0;
  /** Where it stops first. */
  readonly paused: Promise<Frame>;

  constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.paused = new Promise((resolve) => {
      this.#socket.addEventListener('message', ({ data }) => {
        const { id, method, params, result } = JSON.parse(String(data)) as Message;
        if (id !== undefined) this.#answers.get(id)?.(result?.result?.value ?? '');
        else if (method === 'Debugger.scriptParsed') this.#urls.set(params.scriptId, params.url);
        else if (method === 'Debugger.paused') resolve(params.callFrames[0]!);
      });
    });
  }

  /** What every debugger sends once it is there. */
  async attach(): Promise<void> {
    await new Promise((resolve) => this.#socket.addEventListener('open', resolve));
    await this.send('Debugger.enable');
    await this.send('Runtime.runIfWaitingForDebugger');
  }

  send(method: string, params: object = {}): Promise<string> {
    const id = (this.#asked += 1);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => this.#answers.set(id, resolve));
  }

  evaluate({ callFrameId }: Frame, expression: string): Promise<string> {
    return this.send('Debugger.evaluateOnCallFrame', { callFrameId, expression });
  }

  fileOf({ location }: Frame): string {
    return this.#urls.get(location.scriptId) ?? '';
  }
}

/** Starts it, and waits for the address to which a debugger attaches. */
async function inspected(at: number): Promise<Running & { readonly url: string }> {
  const args = ['replay', RECORD, '--inspect', '--at', String(at)];
  const running = start(args, { env: ON_A_PROCESS, source: true });
  let err = '';
  const url = await new Promise<string>((resolve, reject) => {
    running.child.stderr!.on('data', (data) => {
      err += String(data);
      const found = /attach now: (ws:\/\/127\.0\.0\.1:\S+)/.exec(err);
      if (found !== null) resolve(found[1]!);
    });
    running.ended.then((ran) => reject(new Error(ran.err)), reject);
  });
  return { ...running, url };
}

test('a debugger stops in the code of the worker to which the step came, and time stands still', async () => {
  const { url, ended } = await inspected(2);
  const attached = new Debugger(url);
  await attached.attach();
  const frame = await attached.paused;
  expect(frame.functionName).toBe('countView');
  expect(attached.fileOf(frame)).toMatch(/labs\/01-lost-update\/variants\/get-set\.ts$/);
  expect(await attached.evaluate(frame, 'key')).toBe('page:home:views');
  const before = await attached.evaluate(frame, 'String(Date.now())');
  // Longer than the watchdog waits, and than any client would.
  await new Promise((resolve) => {
    setTimeout(resolve, 1500);
  });
  expect(await attached.evaluate(frame, 'String(Date.now())')).toBe(before);
  await attached.send('Debugger.resume');
  const { code, out, err } = await ended;
  expect([code, err]).toEqual([
    0,
    expect.stringContaining('stopped in the code of w2: step 2 has come to it\n'),
  ]);
  expect(out).toContain('✓ as recorded 1/1');
});

test('Ctrl-C ends it while a debugger looks on, and leaves nothing behind', async () => {
  const { url, child, ended } = await inspected(4);
  const attached = new Debugger(url);
  await attached.attach();
  await attached.paused;
  const [redis] = childrenOf(child.pid!, 'redis-server');
  expect(isAlive(redis!)).toBe(true);
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: null, out: '' });
  await expect.poll(() => isAlive(redis!), { timeout: 20_000 }).toBe(false);
});

test('where an inspector is open already, nobody is waited for', async () => {
  const args = ['replay', RECORD, '--inspect', '--at', '2'];
  const { code, out, err } = await spawned(args, {
    env: { ...ON_A_PROCESS, NODE_OPTIONS: '--inspect=127.0.0.1:0' },
  });
  expect(code, err).toBe(0);
  expect(out).toContain('✓ as recorded 1/1');
  expect(err).toMatch(/could attach before this began, at ws:\/\/127\.0\.0\.1:\d+/);
});

test('Ctrl-C ends it while it waits for a debugger', async () => {
  const { child, ended } = await inspected(1);
  expect(childrenOf(child.pid!, 'redis-server')).toEqual([]);
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: null, out: '' });
});

test('refuses a shared schedule, whose steps nobody knows yet', async () => {
  const { code, err } = await spawned(['replay', SHARED, '--inspect', '--at', '99'], { env: ON_A_PROCESS });
  expect(code).toBe(2);
  expect(err).toContain('--inspect stops at a step of a record: a shared schedule has none');
});

test.each([
  ['a step that is not there', ['--inspect', '--at', '99'], 'the record has 4 steps, counted from 1'],
  ['a step without --inspect', ['--at', '1'], 'give both'],
  ['more than one run', ['--inspect', '--times', '2'], '--inspect looks at one run'],
] as const)('refuses %s, before anything is opened', async (_, args, text) => {
  const ran: Ran = await spawned(['replay', RECORD, ...args], { env: ON_A_PROCESS });
  expect(ran.code).toBe(2);
  expect(ran.err).toContain(text);
  expect(ran.err).not.toContain('attach');
});
