import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { SavedSearch } from '../../explore/exhaustive/saved.js';
import type { Results } from '../../report/results/results.js';
import { childrenOf, isAlive } from '../../server/testing/processes.js';
import { ON_A_PROCESS, start, type Ran, type Running } from '../testing/spawned.js';

const folder = mkdtempSync(join(tmpdir(), 'race-lab-jobs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts `race-lab run`. */
function raceLab(args: string, reports = join(folder, String(Math.random()))): Running {
  return start(['run', ...args.split(' '), '--out', reports], { env: ON_A_PROCESS });
}

async function results(args: string, reports?: string): Promise<object[]> {
  const { code, out, err } = await raceLab(`${args} --json`, reports).ended;
  // A search that did not come to its end within the budget has a result, too.
  expect([0, 1, 2], err).toContain(code);
  const parsed = JSON.parse(out) as Results;
  return parsed.results.map((result) => ({ ...result, ms: undefined, ranAt: undefined }));
}

/** Looks again and again; nothing but the test's own limit ends it. */
async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Starts an exploration that takes long, and waits until both members have their Redis. */
async function longRun() {
  const { child, ended } = raceLab(
    '01-lost-update/incr-request-id --jobs 2 --faults 3 --preemptions 9 --runs 9999999',
  );
  const members = await until(() => {
    const found = childrenOf(child.pid!, 'jobs/member');
    return found.length === 2 ? found : undefined;
  });
  const servers = await until(() => {
    // With its address in its title it serves; before that a process may be one that only says its version.
    const found = members.flatMap((member) => childrenOf(member, 'redis-server unixsocket:'));
    return found.length === 2 ? found : undefined;
  });
  return { child, ended, members, servers };
}

const linux = process.platform === 'linux';

test('should say the same with any number of processes, about one variant and about several', async () => {
  const several = '01-lost-update/get-set 01-lost-update/incr 01-lost-update/json-entry';
  const alone = await results(several);
  expect(await results(`${several} --jobs 3`)).toEqual(alone);
  expect(await results('01-lost-update/incr --jobs 2')).toEqual([alone[1]]);
  const one = '01-lost-update/incr-request-id --faults 1 --runs 40';
  for (const [strategy, jobs] of [
    ['exhaustive', 2],
    ['rotate', 3],
  ] as const) {
    const searched = await results(`${one} --strategy ${strategy}`);
    expect(await results(`${one} --strategy ${strategy} --jobs ${jobs}`)).toEqual(searched);
  }
});

test.runIf(linux)(
  'should end with an error when one of its processes is killed, and leave nothing',
  async () => {
    const { ended, members, servers } = await longRun();
    process.kill(members[0]!, 'SIGKILL');
    const { code, out, err } = await ended;
    expect({ code, err }).toMatchObject({ code: 2 });
    // While it explores that is its verdict; while the processes still start it is all there is to say.
    expect(out + err).toContain('process 1 of --jobs was killed by SIGKILL');
    await until(() => ([...members, ...servers].some(isAlive) ? undefined : true));
  },
);

test.runIf(linux)('should end with an error when the Redis of one of its processes is killed', async () => {
  const { ended, members, servers } = await longRun();
  process.kill(servers[0]!, 'SIGKILL');
  const { code, out, err } = await ended;
  expect({ code, err }).toMatchObject({ code: 2 });
  // It may be killed while its process is still being told of it.
  expect(out + err).toMatch(/process [12] of --jobs: .*(lost Redis|was killed by SIGKILL)/);
  expect(err).not.toMatch(/^\s+at /m);
  await until(() => ([...members, ...servers].some(isAlive) ? undefined : true));
});

/** Explores one variant that is done soon, and another one, elsewhere, that is not; `act` is called in between. */
async function whileElsewhere(args: string, act: (started: Running) => void, reports?: string): Promise<Ran> {
  const started = raceLab(`01-lost-update/get-set 01-lost-update/incr-request-id ${args}`, reports);
  started.child.stdout!.once('data', () => act(started));
  return started.ended;
}

/** Of the three this process takes the first one, and the other one the second, which would never be done. */
const UNBOUNDED = '03-lock-acquisition/plain-del --faults 3 --preemptions 9 --runs 9999999 --jobs 2';
const memberOf = ({ child }: Running): number => childrenOf(child.pid!, 'jobs/member')[0]!;

test.runIf(linux)(
  'should leave the other variants to the others when one of its processes is killed',
  async () => {
    const { code, out, err } = await whileElsewhere(UNBOUNDED, (started) =>
      process.kill(memberOf(started), 'SIGKILL'),
    );
    expect({ code, err }).toMatchObject({ code: 2 });
    expect(out).toContain('process 1 of --jobs was killed by SIGKILL');
    expect(out).toMatch(/3 variants: 2 as expected, 1 unknown/);
  },
);

test.runIf(linux).each([
  ['another process', (started: Running) => childrenOf(memberOf(started), 'redis-server')[0]!],
  ['its own', ({ child }: Running) => childrenOf(child.pid!, 'redis-server')[0]!],
])('should end all when the Redis of %s is killed, whoever explores what', async (_, victimOf) => {
  const { code, out, err } = await whileElsewhere(
    // Whichever of the two is killed, the other one would never be done.
    `${UNBOUNDED} 03-lock-acquisition/lua-release`,
    (started) => process.kill(victimOf(started), 'SIGKILL'),
  );
  expect({ code, err }).toMatchObject({ code: 2 });
  expect(out).toContain('lost Redis');
  expect(out).toMatch(/\? \d more variants? not run: there is no Redis any more/);
});

test('should keep a search that runs elsewhere on Ctrl-C, and go on with it with any number of processes', async () => {
  const reports = join(folder, 'stopped');
  const search = '--strategy exhaustive --faults 3';
  const { code, err } = await whileElsewhere(
    `${search} --jobs 2`,
    ({ child }) => child.kill('SIGINT'),
    reports,
  );
  expect(code).toBe(2);
  expect(err).toMatch(/race-lab: stopped: 1 of 2 variants done, .* but for 1 search to go on with/);
  const file = join('unfinished', '01-lost-update--incr-request-id.json');
  const { executions } = JSON.parse(readFileSync(join(reports, file), 'utf8')) as SavedSearch;
  expect(executions).toBeGreaterThan(0);
  const one = `01-lost-update/incr-request-id ${search}`;
  // In one go, as far as all the others come.
  const whole = join(folder, 'whole');
  const expected = await results(`${one} --runs ${executions + 60}`, whole);
  expect(expected).toMatchObject([{ verdict: 'incomplete', executions: executions + 60 }]);
  for (const jobs of [1, 3]) {
    const copy = join(folder, `resumed-${jobs}`);
    cpSync(reports, copy, { recursive: true });
    expect(await results(`${one} --runs 60 --resume --jobs ${jobs}`, copy)).toEqual(expected);
    expect(readFileSync(join(copy, file), 'utf8')).toBe(readFileSync(join(whole, file), 'utf8'));
  }
  // Of several, each goes on with its own.
  const [, second] = await results(`01-lost-update/get-set ${one} --runs 60 --resume --jobs 2`, reports);
  expect(second).toEqual(expected[0]);
  expect(readFileSync(join(reports, file), 'utf8')).toBe(readFileSync(join(whole, file), 'utf8'));
});

test.runIf(linux)('should end all of its processes on Ctrl-C', async () => {
  const { child, ended, members, servers } = await longRun();
  child.kill('SIGINT');
  const { code, err } = await ended;
  expect({ code, err }).toMatchObject({ code: 2 });
  expect(err).toContain('race-lab: stopped');
  await until(() => ([...members, ...servers].some(isAlive) ? undefined : true));
});

test.runIf(linux)('should leave nothing when it is killed itself', async () => {
  const { child, ended, members, servers } = await longRun();
  child.kill('SIGKILL');
  await ended;
  await until(() => ([...members, ...servers].some(isAlive) ? undefined : true));
});

test('should refuse to share one Redis between processes', async () => {
  const { code, err } = await raceLab('01-lost-update/incr --jobs 2 --redis redis://127.0.0.1:1').ended;
  expect(code).toBe(2);
  expect(err).toContain('--jobs needs a Redis for each process');
});
