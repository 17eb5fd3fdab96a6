/** Race files of projects as people have them, loaded by the real command. */
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Results } from '../../report/results/results.js';
import { ON_A_PROCESS, spawned, type Ran } from '../testing/spawned.js';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'race-lab-project '));
});
afterEach(() => rm(cwd, { recursive: true }));

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, path)), { recursive: true });
    await writeFile(join(cwd, path), text);
  }
}

const call = (...args: string[]): Promise<Ran> => spawned(args, { cwd, env: ON_A_PROCESS });

/** TypeScript that Node alone cannot run, and whose lines move when it is compiled. */
const SHOP = `import type { Redis } from 'ioredis';
enum Key {
  stock = 'stock',
}

export class Shop {
  constructor(private readonly redis: Redis) {}

  async buy(): Promise<boolean> {
    const left = Number(await this.redis.get(Key.stock));
    if (left < 1) return false;
    await this.redis.set(Key.stock, String(left - 1));
    return true;
  }
}
`;
const RACE = `import { invariant, scenario } from 'redis-race-lab';
import { Shop } from '../src/shop.js';

interface Sold {
  readonly once: string;
}

const sold: Sold = { once: 'sold once' };

export const lastItem = scenario({
  name: 'last item',
  setup: ({ redis }) => redis.set('stock', '1'),
  workers: async ({ redis }) => {
    if (await new Shop(redis).buy()) await redis.incr('sold');
  },
  invariants: [
    invariant(sold.once, async ({ redis }) => {
      if (Number(await redis.get('sold')) > 1) return { expected: 'one sold', observed: 'more' };
    }),
  ],
});
`;
const PLAIN = `{ name: 'plain', workers: ({ redis }) => redis.incr('a'), invariants: [] }`;

describe('a race file', () => {
  test.each(['module', 'commonjs', ''])('of a project of type "%s", in every language', async (type) => {
    const awaits = `await Promise.resolve();\nexport default scenario(${PLAIN});\n`;
    await put({
      'package.json': JSON.stringify(type === '' ? { name: 'shop' } : { name: 'shop', type }),
      'src/shop.ts': SHOP,
      'race/a.race.ts': RACE,
      'race/b.race.cts': `import { scenario } from 'redis-race-lab';\nexport = scenario(${PLAIN});\n`,
      'race/c.race.cjs': `module.exports = [require('redis-race-lab').scenario(${PLAIN})];\n`,
      'race/d.race.mts': `import { scenario } from 'redis-race-lab';\n${awaits}`,
      'race/e.race.mjs': `import { scenario } from 'redis-race-lab';\n${awaits}`,
      'race/f.race.js': `import { scenario } from 'redis-race-lab';\nexport const one = scenario(${PLAIN});\n`,
    });
    const { code, out, err } = await call('list', '--json');
    expect([code, err]).toEqual([0, '']);
    const { labs } = JSON.parse(out) as { labs: { id: string; variants: { name: string }[] }[] };
    const own = labs.filter(({ id }) => id.startsWith('race/'));
    expect(own.map(({ id, variants }) => `${id}: ${variants.map(({ name }) => name).join()}`)).toEqual([
      'race/a.race.ts: last item',
      'race/b.race.cts: plain',
      'race/c.race.cjs: plain',
      'race/d.race.mts: plain',
      'race/e.race.mjs: plain',
      'race/f.race.js: plain',
    ]);
  });

  test('that cannot be loaded: the place and what is wrong, each in a line', async () => {
    const scenario = "import { scenario } from 'redis-race-lab';\n";
    await put({
      'package.json': '{"type":"module"}',
      'compiler.race.ts': `${scenario}\nexport const x = scenario({ name: 'x' workers });\n`,
      'gone.race.ts': `${scenario}import { gone } from './src/gone.js';\nexport const x = scenario(gone);\n`,
      'name.race.ts': "import { scenaro } from 'redis-race-lab';\nexport default scenaro;\n",
      'never.race.ts': 'await new Promise(() => {});\n',
      'option.race.ts': `${scenario}export const x = scenario({\n  name: 'x', wrkers: 1 } as never);\n`,
      'syntax.race.js': 'const a = 1;\nconst b = ;\n',
      'throws.race.ts': `interface A {\n  a: number;\n}\nexport const b = (undefined as unknown as A).a;\n`,
    });
    const { code, out, err } = await call('run');
    expect([code, out]).toEqual([2, '']);
    expect(err.trimEnd().split('\n')).toEqual([
      'race-lab: compiler.race.ts:3:39: Expected "}" but found "workers"',
      'race-lab: gone.race.ts:2: there is no "src/gone.js"',
      expect.stringMatching(/^race-lab: name\.race\.ts:1: SyntaxError: .*'scenaro'/),
      'race-lab: never.race.ts: it awaits something at its top level that never comes',
      expect.stringMatching(/^race-lab: option\.race\.ts:2:18: a scenario has no option "wrkers"/),
      "race-lab: syntax.race.js:2: SyntaxError: Unexpected token ';'",
      expect.stringMatching(/^race-lab: throws\.race\.ts:4:46: TypeError: Cannot read properties/),
    ]);
  });

  test('runs with lines of the sources, is replayed in a fresh process, and after its folder has moved', async () => {
    await put({ 'package.json': '{"name":"shop"}', 'src/shop.ts': SHOP, 'race/stock.race.ts': RACE });
    const ran = await call('run', 'race/stock.race.ts:last item', '--jobs', '2', '--json');
    expect(ran.code).toBe(1);
    const [result] = (JSON.parse(ran.out) as Results).results;
    expect(result).toMatchObject({ lab: 'race/stock.race.ts', variant: 'last item', verdict: 'breaks' });
    const moved = `${cwd} moved`;
    await rename(cwd, moved);
    cwd = moved;
    const { code, out } = await call('replay', `reports/latest/${result!.record}`);
    expect(code).toBe(0);
    expect(out).toContain('✓ as recorded 1/1');
    expect(out.replaceAll(/ {2,}/g, '  ')).toContain('GET stock → "1"  a:10\n');
    expect(out).toContain('  a  src/shop.ts\n  b  race/stock.race.ts\n');
  });
});
