import { AsyncLocalStorage } from 'node:async_hooks';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Environment } from '../../../execution/host/environment.js';
import type { WorkerContext } from '../../../scenario/types.js';
import { sharedServer } from '../../../server/index.js';
import { everyOutcome } from '../../testing/every-outcome.js';

let environment: Environment;
const folder = fs.mkdtempSync(join(tmpdir(), 'race-lab-hidden-'));
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => {
  environment.close();
  fs.rmSync(folder, { recursive: true });
});

/** Something in this process that only grows. */
interface Kept {
  readonly note: () => unknown;
  readonly noted: () => unknown;
  readonly reset: () => unknown;
}

const CHANGES = /^the variable ".*" changes in an execution/;
const UNSEEN = /^it cannot be seen what its workers may depend on: /;
const USES = /uses (?:files|other programs|modules that it loads)/;

const all = globalThis as unknown as Record<string | symbol, number>;
const require = createRequire(import.meta.url);
const file = join(folder, 'sold');

/** An object of a class of Node, and what somebody has hung on it. */
function emitting(): Kept {
  let emitter = new EventEmitter();
  return {
    note: () => emitter.on('sold', () => {}),
    noted: () => emitter.listenerCount('sold'),
    reset: () => (emitter = new EventEmitter()),
  };
}

function deeply(levels: number): Kept {
  const top: Record<string, object> = {};
  let bottom: { next?: object; sold?: number } = top;
  for (let level = 0; level < levels; level++) bottom = bottom.next = {};
  return {
    note: () => (bottom.sold! += 1),
    noted: () => [bottom.sold, top].length === 2 && bottom.sold,
    reset: () => (bottom.sold = 0),
  };
}

/** Methods that use those above them, one of which keeps it. */
const below = (): Kept => {
  let sold = 0;
  const above = { add: () => (sold += 1), count: () => sold, clear: () => (sold = 0) };
  const methods = {
    note(this: void): unknown {
      return (super['add' as never] as () => unknown)();
    },
    noted(this: void): unknown {
      return (super['count' as never] as () => unknown)();
    },
    reset(this: void): unknown {
      return (super['clear' as never] as () => unknown)();
    },
  };
  Object.setPrototypeOf(methods, above);
  return methods;
};

/** As many functions, the last of which keeps it. */
function among(functions: number): Kept {
  const make = (): (() => number) => {
    let sold = -1;
    return () => (sold += 1);
  };
  let makers: (() => number)[] = [];
  return {
    note: () => makers.at(-1)!(),
    noted: () => makers.at(-1)!(),
    reset: () => (makers = Array.from({ length: functions }, make)),
  };
}

const KINDS: Record<string, readonly [ended: RegExp, make: () => Kept]> = {
  'a global': [
    CHANGES,
    () => ({
      note: () => (all.raceLabSold! += 1),
      noted: () => all.raceLabSold,
      reset: () => (all.raceLabSold = 0),
    }),
  ],
  'a global that a symbol names': [
    CHANGES,
    () => {
      const key = Symbol.for('race-lab-hidden sold');
      return {
        note: () => ((globalThis as unknown as Record<symbol, number>)[key]! += 1),
        noted: () => all[key],
        reset: () => (all[key] = 0),
      };
    },
  ],
  'a built-in object': [
    CHANGES,
    () => {
      const math = Math as unknown as { sold: number };
      const at = { Math };
      return {
        note: () => ((Math as unknown as { sold: number }).sold = math.sold + 1),
        noted: () => [math.sold, at].length && math.sold,
        reset: () => (math.sold = 0),
      };
    },
  ],
  'the environment': [
    CHANGES,
    () => ({
      note: () => (process.env.RACE_LAB_SOLD += '1'),
      noted: () => process.env.RACE_LAB_SOLD,
      reset: () => (process.env.RACE_LAB_SOLD = ''),
    }),
  ],
  'a file': [
    USES,
    () => ({
      note: () => fs.appendFileSync(file, '1'),
      noted: () => fs.readFileSync(file, 'utf8'),
      reset: () => fs.writeFileSync(file, ''),
    }),
  ],
  'whether a file is there': [
    USES,
    () => {
      const { existsSync } = fs;
      return {
        note: () => fs.mkdirSync(`${file}.d`, { recursive: true }),
        noted: () => existsSync(`${file}.d`),
        reset: () => fs.rmSync(`${file}.d`, { recursive: true, force: true }),
      };
    },
  ],
  'another program': [
    USES,
    () => ({
      note: () => execFileSync('sh', ['-c', `echo 1 >> ${file}.p`]),
      noted: () => execFileSync('cat', [`${file}.p`], { encoding: 'utf8' }),
      reset: () => execFileSync('sh', ['-c', `: > ${file}.p`]),
    }),
  ],
  'a module that is loaded when it is needed': [
    USES,
    () => {
      const registry = (): { sold: number } =>
        require('../../../../test/support/registry.cjs') as { sold: number };
      return {
        note: () => (registry().sold += 1),
        noted: () => registry().sold,
        reset: () => (registry().sold = 0),
      };
    },
  ],
  'a generator': [
    CHANGES,
    () => {
      function* selling(): Generator<number> {
        for (let sold = 0; ; sold++) yield sold;
      }
      let sales = selling();
      return { note: () => sales.next(), noted: () => sales.next().value, reset: () => (sales = selling()) };
    },
  ],
  'an iterator of an array': [
    UNSEEN,
    () => {
      let sales = [1, 2, 3][Symbol.iterator]();
      return {
        note: () => sales.next(),
        noted: () => [...sales].length,
        reset: () => (sales = [1, 2, 3][Symbol.iterator]()),
      };
    },
  ],
  'an iterator of a map': [
    CHANGES,
    () => {
      const names = new Map([1, 2, 3].map((name) => [name, name]));
      let sales = names.keys();
      return {
        note: () => sales.next(),
        noted: () => [...sales].length,
        reset: () => (sales = names.keys()),
      };
    },
  ],
  'listeners of an emitter': [CHANGES, emitting],
  'what arrow functions call "this"': [
    UNSEEN,
    () =>
      new (class {
        #sold = 0;
        readonly note = (): unknown => (this.#sold += 1);
        readonly noted = (): unknown => this.#sold;
        readonly reset = (): unknown => (this.#sold = 0);
      })(),
  ],
  'what lies above a method': [
    UNSEEN,
    () => {
      const { note, noted, reset } = below();
      return { note, noted, reset };
    },
  ],
  'what lies above a borrowed method': [
    UNSEEN,
    () => {
      const api = { ...below() };
      return { note: () => api.note(), noted: () => api.noted(), reset: () => api.reset() };
    },
  ],
  'what an arrow function of another instance calls "this"': [
    UNSEEN,
    () => {
      class Sales {
        sold = 0;
        readonly note = (): unknown => (this.sold += 1);
        readonly noted = (): unknown => this.sold;
        readonly reset = (): unknown => (this.sold = 0);
      }
      const sales = Object.assign(new Sales(), new Sales());
      return { note: () => sales.note(), noted: () => sales.noted(), reset: () => sales.reset() };
    },
  ],
  'a variable with an unusual space behind its name': [
    CHANGES,
    () =>
      runInThisContext(
        '(() => { let sold = 0; return { note: () => { sold\u00a0+= 1; }, noted: () => { return sold\u00a0; }, reset: () => { sold = 0; } }; })()',
      ) as Kept,
  ],
  'what methods are bound to': [
    CHANGES,
    () => {
      class Sales {
        sold = 0;
        note(): void {
          this.sold += 1;
        }
        noted(): number {
          return this.sold;
        }
        reset(): void {
          this.sold = 0;
        }
      }
      const sales = new Sales();
      return {
        note: sales.note.bind(sales),
        noted: sales.noted.bind(sales),
        reset: sales.reset.bind(sales),
      };
    },
  ],
  'a signal': [
    CHANGES,
    () => {
      let sales = new AbortController();
      return {
        note: () => sales.abort(),
        noted: () => sales.signal.aborted,
        reset: () => (sales = new AbortController()),
      };
    },
  ],
  'what an address asks for': [
    CHANGES,
    () => {
      let sales = new URLSearchParams();
      return {
        note: () => sales.append('sold', '1'),
        noted: () => sales.getAll('sold').length,
        reset: () => (sales = new URLSearchParams()),
      };
    },
  ],
  'shared memory': [
    CHANGES,
    () => {
      const sales = new Int32Array(new SharedArrayBuffer(8));
      return { note: () => Atomics.add(sales, 1, 1), noted: () => sales[1], reset: () => sales.fill(0) };
    },
  ],
  'memory without a view': [
    CHANGES,
    () => {
      const sales = new ArrayBuffer(8);
      const view = (): Uint8Array => new Uint8Array(sales);
      return { note: () => (view()[7]! += 1), noted: () => view()[7], reset: () => view().fill(0) };
    },
  ],
  'the last of many bytes': [
    CHANGES,
    () => {
      const sales = Buffer.alloc(100_000);
      return { note: () => (sales[99_999]! += 1), noted: () => sales[99_999], reset: () => sales.fill(0) };
    },
  ],
  'more bytes than are looked at': [
    UNSEEN,
    () => {
      const sales = Buffer.alloc(2_000_000);
      return {
        note: () => (sales[1_999_999]! += 1),
        noted: () => sales[1_999_999],
        reset: () => sales.fill(0),
      };
    },
  ],
  'what an async context leads to': [
    CHANGES,
    () => {
      const context = new AsyncLocalStorage<{ sold: number }>();
      context.enterWith({ sold: 0 });
      return {
        note: () => (context.getStore()!.sold += 1),
        noted: () => context.getStore()!.sold,
        reset: () => (context.getStore()!.sold = 0),
      };
    },
  ],
  'what is referred to weakly': [
    CHANGES,
    () => {
      const sales = { sold: 0 };
      const weak = new WeakRef(sales);
      return {
        note: () => (weak.deref()!.sold += 1),
        noted: () => weak.deref()!.sold,
        reset: () => (sales.sold = 0),
      };
    },
  ],
  'a promise that is settled': [
    CHANGES,
    () => {
      let done = (): void => {};
      let sales: Promise<void> | undefined;
      let said = false;
      return {
        note: () => done(),
        noted: () => {
          void sales?.then(() => (said = true));
          return Promise.resolve().then(() => Promise.resolve().then(() => said));
        },
        reset: () => {
          said = false;
          sales = new Promise((resolve) => (done = resolve));
        },
      };
    },
  ],
  'a hash under way': [
    UNSEEN,
    () => {
      let sales = createHash('sha1');
      return {
        note: () => sales.update('1'),
        noted: () => sales.copy().digest('hex'),
        reset: () => (sales = createHash('sha1')),
      };
    },
  ],
  'calls of a mock': [
    CHANGES,
    () => {
      const sell = vi.fn();
      return { note: () => void sell(), noted: () => sell.mock.calls.length, reset: () => sell.mockReset() };
    },
  ],
  'what lies 150 levels deep': [CHANGES, () => deeply(150)],
  'what lies 300 levels deep': [UNSEEN, () => deeply(300)],
  'the last of 1,000 functions': [CHANGES, () => among(1000)],
  'the last of 4,000 functions': [UNSEEN, () => among(4000)],
  'which object it is': [
    CHANGES,
    () => {
      let holder = {};
      let first = holder;
      return { note: () => (holder = {}), noted: () => holder === first, reset: () => (first = holder = {}) };
    },
  ],
};

describe('What workers keep in this process', () => {
  test.each(Object.entries(KINDS))('should be seen, or end prediction, where it is %s', async (_, kind) => {
    const [ended, make] = kind;
    const { note, noted, reset } = make();
    const found = await everyOutcome(
      environment,
      {
        setup: async ({ redis }) => {
          reset();
          await redis.set('stock', 1);
        },
        workers: async ({ redis, id }: WorkerContext) => {
          if ((await redis.get('stock')) === '0') return;
          await redis.set('stock', 0);
          // So late that the first executions show nothing.
          if (id > 1) note();
        },
        workerCount: 3,
      },
      async () => String(await noted()),
    );
    expect(found).toMatchObject({ predicted: 0, missed: [], ended: expect.stringMatching(ended) as string });
    expect(found.outcomes).toBeGreaterThan(1);
  });
});
