import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { SavedSearch } from '../../explore/exhaustive/saved.js';
import type { Results } from '../../record/results.js';
import { processStat } from '../../server/process-stat.js';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const LIMIT_MS = 60_000;
const out = mkdtempSync(join(tmpdir(), 'race-lab-jobs-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Runs `race-lab run` in a process of its own. */
function raceLab(args: string, reports = join(out, String(Math.random()))): Started {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', MAIN, 'run', ...args.split(' '), '--out', reports],
    {
      env: { ...process.env, RACE_LAB_REDIS: 'process', NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const ended = new Promise<Ended>((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => (stdout += String(text)));
    child.stderr.on('data', (text) => (stderr += String(text)));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

async function results(args: string, reports?: string): Promise<object[]> {
  const { code, stdout, stderr } = await raceLab(`${args} --json`, reports).ended;
  // A search that did not come to its end within the budget has a result, too.
  expect([0, 1, 2], stderr).toContain(code);
  const parsed = JSON.parse(stdout) as Results;
  return parsed.results.map((result) => ({ ...result, ms: undefined }));
}

/** Processes that this one started, by what their command line contains. */
function childrenOf(pid: number, what: string): number[] {
  const found: number[] = [];
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parent = Number(processStat(Number(name))[1]);
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      if (parent === pid && command.includes(what)) found.push(Number(name));
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  for (const since = performance.now(); performance.now() - since < LIMIT_MS;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what}: not within ${LIMIT_MS} ms`);
}

/** Starts an exploration that takes long, and waits until both members have their Redis. */
async function longRun() {
  const { child, ended } = raceLab(
    '01-lost-update/incr-request-id --jobs 2 --faults 3 --preemptions 9 --runs 9999999',
  );
  const members = await until('two members', () => {
    const found = childrenOf(child.pid!, 'jobs/member');
    return found.length === 2 ? found : undefined;
  });
  const servers = await until('a Redis for each', () => {
    const found = members.flatMap((member) => childrenOf(member, 'redis-server'));
    return found.length === 2 ? found : undefined;
  });
  return { child, ended, members, servers };
}

const linux = process.platform === 'linux';

test('should say the same with any number of processes, about one variant and about several', async () => {
  expect(await results('01-lost-update/incr --jobs 2')).toEqual(await results('01-lost-update/incr'));
  for (const strategy of ['exhaustive', 'rotate']) {
    const one = `01-lost-update/incr-request-id --faults 1 --strategy ${strategy} --runs 40`;
    const alone = await results(one);
    expect(await results(`${one} --jobs 2`)).toEqual(alone);
    expect(await results(`${one} --jobs 3`)).toEqual(alone);
  }
  const several = '01-lost-update/get-set 01-lost-update/incr 01-lost-update/json-entry';
  expect(await results(`${several} --jobs 3`)).toEqual(await results(several));
}, 300_000);

test.runIf(linux)(
  'should end with an error when one of its processes is killed, and leave nothing',
  async () => {
    const { ended, members, servers } = await longRun();
    process.kill(members[0]!, 'SIGKILL');
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toMatchObject({ code: 2 });
    // While it explores that is its verdict; while the processes still start it is all there is to say.
    expect(stdout + stderr).toContain('process 1 of --jobs was killed by SIGKILL');
    await until('the end of everything', () => ([...members, ...servers].some(runs) ? undefined : true));
  },
  300_000,
);

/** Explores one variant that is done soon, and another one, elsewhere, that is not; `act` is called in between. */
async function whileElsewhere(
  args: string,
  act: (started: Started) => void,
  reports?: string,
): Promise<Ended> {
  const started = raceLab(`01-lost-update/get-set 01-lost-update/incr-request-id ${args}`, reports);
  started.child.stdout!.once('data', () => act(started));
  return started.ended;
}

test.runIf(linux)(
  'should leave the other variants to the others when one of its processes, or its Redis, is killed',
  async () => {
    const killed = {
      'process 1 of --jobs was killed by SIGKILL': (pid: number) => pid,
      'lost Redis': (pid: number) => childrenOf(pid, 'redis-server')[0]!,
    };
    for (const [said, victimOf] of Object.entries(killed)) {
      // Of the three this process takes the first one, and the other one the second, which would never be done.
      const { code, stdout, stderr } = await whileElsewhere(
        '03-lock-acquisition/plain-del --faults 3 --preemptions 9 --runs 9999999 --jobs 2',
        ({ child }) => process.kill(victimOf(childrenOf(child.pid!, 'jobs/member')[0]!), 'SIGKILL'),
      );
      expect({ code, stderr }).toMatchObject({ code: 2 });
      expect(stdout).toContain(said);
      expect(stdout).toMatch(/3 variants: 2 as expected, 1 unknown/);
    }
  },
  300_000,
);

test('should keep a search that runs elsewhere on Ctrl-C, and go on with it with any number of processes', async () => {
  const reports = join(out, 'stopped');
  const search = '--strategy exhaustive --faults 3';
  const { code, stderr } = await whileElsewhere(
    `${search} --jobs 2`,
    ({ child }) => child.kill('SIGINT'),
    reports,
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(/race-lab: stopped: 1 of 2 variants done, .* but for 1 search to go on with/);
  const file = join('unfinished', '01-lost-update--incr-request-id.json');
  const { executions } = JSON.parse(readFileSync(join(reports, file), 'utf8')) as SavedSearch;
  expect(executions).toBeGreaterThan(0);
  const one = `01-lost-update/incr-request-id ${search}`;
  // In one go, as far as all the others come.
  const whole = join(out, 'whole');
  const expected = await results(`${one} --runs ${executions + 60}`, whole);
  expect(expected).toMatchObject([{ verdict: 'incomplete', executions: executions + 60 }]);
  for (const jobs of [1, 3]) {
    const copy = join(out, `resumed-${jobs}`);
    cpSync(reports, copy, { recursive: true });
    expect(await results(`${one} --runs 60 --resume --jobs ${jobs}`, copy)).toEqual(expected);
    expect(readFileSync(join(copy, file), 'utf8')).toBe(readFileSync(join(whole, file), 'utf8'));
  }
  // Of several, each goes on with its own.
  const [, second] = await results(`01-lost-update/get-set ${one} --runs 60 --resume --jobs 2`, reports);
  expect(second).toEqual(expected[0]);
  expect(readFileSync(join(reports, file), 'utf8')).toBe(readFileSync(join(whole, file), 'utf8'));
}, 300_000);

test.runIf(linux)(
  'should end all of its processes on Ctrl-C',
  async () => {
    const { child, ended, members, servers } = await longRun();
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect({ code, stderr }).toMatchObject({ code: 2 });
    expect(stderr).toContain('race-lab: stopped');
    await until('the end of everything', () => ([...members, ...servers].some(runs) ? undefined : true));
  },
  300_000,
);

test.runIf(linux)(
  'should leave nothing when it is killed itself',
  async () => {
    const { child, ended, members, servers } = await longRun();
    child.kill('SIGKILL');
    await ended;
    await until('the end of everything', () => ([...members, ...servers].some(runs) ? undefined : true));
  },
  300_000,
);

test('should refuse to share one Redis between processes', async () => {
  const { code, stderr } = await raceLab('01-lost-update/incr --jobs 2 --redis redis://127.0.0.1:1').ended;
  expect(code).toBe(2);
  expect(stderr).toContain('--jobs needs a Redis for each process');
});
