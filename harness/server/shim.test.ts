import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { compileShim } from './shim.js';

const run = promisify(execFile);
const cache = mkdtempSync(join(tmpdir(), 'race-lab-test-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

/** In a process of its own with an empty cache, because the answer is remembered. */
async function compileElsewhere(path: string): Promise<{ library?: string; reason?: string }> {
  const script = `
    import { compileShim } from ${JSON.stringify(new URL('./shim.ts', import.meta.url).href)};
    process.env.PATH = ${JSON.stringify(path)};
    console.log(JSON.stringify(await compileShim()));`;
  const { stdout } = await run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, RACE_LAB_CACHE: cache },
  });
  return JSON.parse(stdout) as { library?: string; reason?: string };
}

describe('the clock library', () => {
  it('is compiled once and then found again, also without a compiler', async ({ skip }) => {
    const without = await compileElsewhere('/nonexistent');
    expect(without.reason).toMatch(process.platform === 'linux' ? /no C compiler/ : /needs Linux/);
    const here = await compileShim();
    skip('reason' in here, 'reason' in here ? here.reason : '');
    const { library } = await compileElsewhere(process.env['PATH'] ?? '');
    expect(existsSync(library!)).toBe(true);
    expect(await compileElsewhere('/nonexistent')).toEqual({ library });
  });

  it('needs no other library, so that it serves any libc', async ({ skip }) => {
    const shim = await compileShim();
    skip('reason' in shim, 'reason' in shim ? shim.reason : '');
    const readelf = await run('readelf', ['-d', (shim as { library: string }).library]).catch(
      () => undefined,
    );
    skip(!readelf, 'no readelf here');
    expect(readelf!.stdout).toContain('SYMTAB');
    expect(readelf!.stdout).not.toContain('NEEDED');
  });
});
