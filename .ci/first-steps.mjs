// The first steps of a new user, in projects of several kinds: install, init, run, and a failing race is on the screen.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFolder, packed, runs } from './packed.mjs';

const tarball = packed();
const RACE =
  '✗ Lost update on stock: w1 read 10 at step 1, w2 wrote 9 at step 3, and at step 4 w1 wrote 9 over it';

/** What every new user does: four commands. */
function firstSteps(cwd, scenario, more = []) {
  const startedMs = performance.now();
  runs(cwd, ['npm', 'init', '-y']);
  runs(cwd, ['npm', 'install', '-D', '--silent', '--prefer-offline', tarball, ...more]);
  runs(cwd, ['npx', 'race-lab', 'init'], { prints: [`put ${scenario}`] });
  const output = runs(cwd, ['npx', 'race-lab', 'run'], {
    code: 1,
    prints: [
      RACE,
      'swap steps 1 and 3 and it passes (checked)',
      `replay npx race-lab replay reports/latest/`,
    ],
  });
  return { output, seconds: ((performance.now() - startedMs) / 1000).toFixed(1) };
}

/** Does what the comment in the scenario says. */
function mend(cwd, scenario) {
  const path = join(cwd, scenario);
  const text = readFileSync(path, 'utf8')
    .replace(/^ *const left = Number.*\n.*left - 1.*\n/m, '')
    .replace("// await redis.decr('stock')", "await redis.decr('stock')");
  writeFileSync(path, text);
}

function setType(cwd, type) {
  const path = join(cwd, 'package.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), type }, undefined, 2));
}

const commonJs = emptyFolder('commonjs');
const steps = firstSteps(commonJs, 'race/first.race.mjs');
runs(commonJs, ['npm', 'run', 'race:test']);
const [, replay] = /npx race-lab (replay \S+)/.exec(steps.output);
runs(commonJs, ['npx', 'race-lab', ...replay.split(' ')], { prints: ['✓ as recorded'] });
mend(commonJs, 'race/first.race.mjs');
runs(commonJs, ['npm', 'run', 'race'], { prints: ['✓ race/first.race.mjs:stock holds as expected'] });
console.log(
  `an empty folder: a failing race after four commands and ${steps.seconds} s, and it can be mended`,
);

// The same installation, as a project of ES modules with a scenario in CommonJS beside it.
setType(commonJs, 'module');
mkdirSync(join(commonJs, 'old'));
writeFileSync(
  join(commonJs, 'old/old.race.cjs'),
  `const { scenario, noLostUpdate } = require('redis-race-lab');
exports.views = scenario({
  name: 'views',
  workers: ({ redis, operation }) =>
    operation('increment', async () => redis.set('views', 1 + Number(await redis.get('views')))),
  invariants: [noLostUpdate({ key: 'views' })],
});
`,
);
runs(commonJs, ['npx', 'race-lab', 'run', 'old/old.race.cjs'], {
  code: 1,
  prints: ['✗ Lost update on views'],
});
console.log('a race file in CommonJS: found');

// A module that makes its client when it is loaded, where nobody listens: the lab makes it its own.
mkdirSync(join(commonJs, 'src'));
writeFileSync(
  join(commonJs, 'src/stock.mjs'),
  `import { Redis } from 'ioredis';
export const redis = new Redis(6390);
export async function buy() {
  const left = Number(await redis.get('stock'));
  if (left > 0) await redis.set('stock', left - 1);
  return left > 0;
}
`,
);
writeFileSync(
  join(commonJs, 'race/application.race.mjs'),
  `import { invariant, scenario } from 'redis-race-lab';
import { buy, redis } from '../src/stock.mjs';
redis.on('error', () => {});
export const lastItem = scenario({
  name: 'the last item',
  app: { clients: [redis] },
  setup: (context) => context.redis.set('stock', 1),
  workers: async (context) => {
    if (await buy()) await context.redis.incr('sold');
  },
  invariants: [
    invariant('sold once', async (context) => {
      const sold = Number(await context.redis.get('sold'));
      if (sold > 1) return { expected: '1', observed: String(sold) };
    }),
  ],
});
`,
);
runs(commonJs, ['npx', 'race-lab', 'run', 'race/application.race.mjs'], {
  code: 1,
  prints: ['✗ race/application.race.mjs:the last item breaks', 'and in another one'],
});
console.log('a module with a client of its own: found');
