/** `race-lab run --watch`, with real edits. Nothing here waits for a time: always for what is printed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compiled } from '../../server/testing/compiled.js';
import { childrenOf, isAlive } from '../../server/testing/processes.js';
import { useCommandLine } from '../testing/command-line.js';
import { ON_A_PROCESS } from '../testing/spawned.js';

const { refused } = useCommandLine();

const LOST = `export async function buy(redis) {
  const left = Number(await redis.get('stock'));
  await redis.set('stock', String(left - 1));
}
`;
const MENDED = "export const buy = (redis) => redis.decr('stock');\n";
/** Says that it runs, and has more interleavings than anybody waits for. */
const ENDLESS = `let said = false;
export async function buy(redis) {
  if (!said) console.log('it runs');
  said = true;
  for (let at = 0; at < 30; at++) await redis.incr('stock');
}
`;

function raceFile(name: string, more = ''): string {
  return `import { invariant, scenario } from 'redis-race-lab';
import { buy } from '../src/buy.mjs';
export const ${name} = scenario({
  name: '${name}',
  setup: ({ redis }) => redis.set('stock', '10'),
  workers: ({ redis }) => buy(redis),
  invariants: [
    invariant('every sale counts', async ({ redis }) => {
      const left = Number(await redis.get('stock'));
      return left === 8 || left > 10 ? undefined : { expected: 'stock = 8', observed: \`stock = \${left}\` };
    }),
  ],${more}
});
`;
}

let folder: string;
let child: ChildProcess | undefined;
let printed: string;
let wake: () => void;
const put = (path: string, text: string): Promise<void> => writeFile(join(folder, path), text);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'race-lab-watch-'));
  await Promise.all(['race', 'src'].map((name) => mkdir(join(folder, name))));
  await put('package.json', '{ "name": "shop", "type": "module" }');
  await put('src/buy.mjs', LOST);
  await put('race/stock.race.mjs', raceFile('stock'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

function start(...args: readonly string[]): ChildProcess {
  printed = '';
  wake = () => {};
  const { COLUMNS: _columns, FORCE_COLOR: _colour, ...inherited } = process.env;
  child = spawn(process.execPath, [compiled('harness/cli/main.ts'), 'run', ...args, '--watch'], {
    cwd: folder,
    env: { ...inherited, ...ON_A_PROCESS },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (data) => {
      printed += String(data);
      wake();
    });
  child.once('exit', () => wake());
  return child;
}

/** Waits until this is printed. @returns what was printed up to there, which does not count the next time */
async function until(text: string): Promise<string> {
  while (!printed.includes(text)) {
    if (child!.exitCode !== null) throw new Error(`it ended before it printed ${text}:\n${printed}`);
    await new Promise<void>((resolve) => (wake = resolve));
  }
  const end = printed.indexOf(text) + text.length;
  const before = printed.slice(0, end);
  printed = printed.slice(end);
  return before;
}

const ended = (process: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => process.once('exit', resolve));

const WAITS = 'Ctrl-C ends it\n';

test('what is changed runs again on the same server, in fresh modules, until Ctrl-C', async () => {
  const watcher = start('race/stock.race.mjs');
  const first = await until(WAITS);
  expect(first).toContain('✗ race/stock.race.mjs:stock breaks "every sale counts"');
  expect(first).toMatch(/\nwatching race\/stock\.race\.mjs and 1 module: Ctrl-C ends it\n$/);
  const servers = childrenOf(watcher.pid!, 'redis-server');
  expect(servers).toHaveLength(1);

  // A module that the file imports, in the middle of an edit.
  await put('src/buy.mjs', LOST.replace('const left', 'cons left'));
  const broken = await until(WAITS);
  expect(broken).toMatch(/^\nsrc\/buy\.mjs changed\nrace-lab: \S+: SyntaxError: .*\n\nwatching /);

  // As many editors save: a new file takes the place of the old one.
  await put('src/buy.mjs.tmp', MENDED);
  await rename(join(folder, 'src/buy.mjs.tmp'), join(folder, 'src/buy.mjs'));
  expect(await until(WAITS)).toContain('✓ race/stock.race.mjs:stock holds as expected');

  // Back again: it is loaded anew, and not taken from before.
  await put('src/buy.mjs', LOST);
  expect(await until(WAITS)).toContain('✗ race/stock.race.mjs:stock breaks');

  // A change ends a round that is still going on.
  await put('src/buy.mjs', ENDLESS);
  await until('it runs\n');
  await put('src/buy.mjs', MENDED);
  const after = await until(WAITS);
  expect(after).toContain('\nsrc/buy.mjs changed\n');
  expect(after).toContain('✓ race/stock.race.mjs:stock holds as expected');
  expect(after).not.toContain('stopped');

  // The server is restarted by a fault: only the process that started it can do that.
  await put(
    'race/stock.race.mjs',
    raceFile('stock', "\n  faults: { kinds: ['server-restart'], budget: 1 },\n  workersMayFail: true,"),
  );
  const restarted = await until(WAITS);
  expect(restarted).toMatch(/[✓✗] race\/stock\.race\.mjs:stock (?:holds|breaks)/);
  expect(childrenOf(watcher.pid!, 'redis-server')).toHaveLength(1);

  const left = childrenOf(watcher.pid!);
  watcher.kill('SIGINT');
  expect(await ended(watcher)).toBe(0);
  for (const pid of left) await expect.poll(() => isAlive(pid)).toBe(false);
});

test('only files that are made of what has changed run again; new ones too, and kill -9 leaves nothing', async () => {
  await put('race/cart.race.mjs', raceFile('cart').replace('../src/buy.mjs', './cart.mjs'));
  await put('race/cart.mjs', MENDED);
  const watcher = start();
  expect(await until(WAITS)).toContain('\nwatching 2 race files and 2 modules: ');

  await put('race/cart.mjs', `${MENDED}// changed\n`);
  const cart = await until(WAITS);
  expect(cart).toContain('✓ race/cart.race.mjs:cart holds');
  expect(cart).not.toContain('stock.race.mjs');

  await cp(join(folder, 'race/cart.race.mjs'), join(folder, 'race/third.race.mjs'));
  await put('race/cart.mjs', MENDED);
  expect(await until(WAITS)).toMatch(/✓ race\/cart\.race\.mjs:cart [^]*✓ race\/third\.race\.mjs:cart /);

  const left = childrenOf(watcher.pid!);
  watcher.kill('SIGKILL');
  await ended(watcher);
  for (const pid of left) await expect.poll(() => isAlive(pid)).toBe(false);
});

test.each([
  ['--jobs 2', '--jobs does not go with --watch: each round runs in one process'],
  ['--json', '--json does not go with --watch: it prints one object'],
  ['--resume', '--resume does not go with --watch: what was changed is searched from the start'],
])('%s: one line, exit code 2', async (option, message) => {
  expect(await refused(`run x.race.ts --watch ${option}`)).toContain(message);
});

test('what is no file cannot be watched', async () => {
  expect(await refused('run 01-counting --watch', { cwd: folder })).toBe(
    '--watch watches files of your own, and 01-counting is none: name a race file',
  );
  await rm(join(folder, 'race'), { recursive: true });
  expect(await refused('run --watch', { cwd: folder })).toMatch(/^--watch found no race file here/);
});
