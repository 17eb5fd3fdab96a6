import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { Results } from '../record/results.js';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const LIMIT_MS = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'race-lab-resume-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `race-lab run` in a process of its own. @param interrupt - sends Ctrl-C once it has said this */
function raceLab(out: string, args: string, interrupt?: RegExp): Promise<Ended> {
  const command = ['--import', 'tsx', MAIN, 'run', ...args.split(' '), '--out', out];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, {
      env: { ...process.env, RACE_LAB_REDIS: 'process', NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => (stdout += String(text)));
    child.stderr.on('data', (text) => {
      stderr += String(text);
      if (interrupt?.test(stderr) !== true) return;
      child.kill('SIGINT');
      interrupt = undefined;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

const resultOf = ({ stdout }: Ended): Results['results'][number] =>
  (JSON.parse(stdout) as Results).results[0]!;

test(
  'a search that ran out of budget, or was stopped, goes on with --resume, and comes to the same',
  async () => {
    const search = '01-lost-update/lua-cas --strategy exhaustive --json';
    const out = join(folder, 'budget');
    const first = await raceLab(out, `${search} --runs 40`);
    expect(first.code).toBe(2);
    expect(resultOf(first)).toMatchObject({ verdict: 'incomplete', executions: 40, complete: false });
    expect(readdirSync(join(out, 'unfinished'))).toEqual(['01-lost-update--lua-cas.json']);
    // Another variant in the same folder leaves it alone.
    expect((await raceLab(out, '01-lost-update/incr --strategy exhaustive --json')).code).toBe(0);
    const second = await raceLab(out, `${search} --resume`);
    expect(second.stderr).toBe('');
    expect(second.code).toBe(0);
    expect(resultOf(second)).toMatchObject({ verdict: 'holds', executions: 239, complete: true });
    expect(readdirSync(out)).not.toContain('unfinished');
    const third = await raceLab(out, `${search} --resume`);
    expect(third.code).toBe(2);
    expect(third.stderr).toBe(`race-lab: there is nothing to resume in ${out} for what is to be run\n`);
  },
  LIMIT_MS,
);

test(
  'Ctrl-C keeps the search; a file that is damaged or of something else is an error',
  async () => {
    // With two faults it takes long enough.
    const search = '03-lock-acquisition/lua-release --strategy exhaustive --faults 2';
    const out = join(folder, 'stopped');
    // Elsewhere than on a terminal it says how far it is every ten seconds.
    const stopped = await raceLab(out, search, /lua-release: [\d,]+ executions/);
    expect(stopped.code).toBe(2);
    expect(stopped.stderr).toContain('but for 1 search to go on with: add --resume to the same command\n');
    const file = join(out, 'unfinished', '03-lock-acquisition--lua-release.json');
    const kept = readFileSync(file, 'utf8');
    const other = await raceLab(out, `${search} --resume --seed 5`);
    expect(other.code).toBe(2);
    expect(other.stdout).toContain('the saved search is not of');
    expect(readFileSync(file, 'utf8')).toBe(kept);
    writeFileSync(file, JSON.stringify({ ...JSON.parse(kept), executions: -1 }));
    const damaged = await raceLab(out, `${search} --resume`);
    expect(damaged.code).toBe(2);
    expect(damaged.stderr).toMatch(/^race-lab: .*03-lock-acquisition--lua-release\.json is damaged: .*\n$/);
  },
  LIMIT_MS,
);
