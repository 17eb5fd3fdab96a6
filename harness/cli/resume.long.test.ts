import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ON_A_PROCESS, start } from './testing/spawned.js';

test('Ctrl-C keeps a search of this process, to go on with', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'race-lab-resume-'));
  try {
    const out = join(folder, 'stopped');
    // With two faults it takes long enough.
    const search = ['03-lock-acquisition/lua-release', '--strategy', 'exhaustive', '--faults', '2'];
    const { child, ended } = start(['run', ...search, '--out', out], { env: ON_A_PROCESS });
    // Elsewhere than on a terminal it says how far it is every ten seconds.
    let said = '';
    child.stderr!.once('data', (data) => {
      said = String(data);
      child.kill('SIGINT');
    });
    const { code, err } = await ended;
    expect(code).toBe(2);
    expect(said).toMatch(/^\[1\/1\] 03-lock-acquisition\/lua-release: [\d,]+ executions/);
    expect(err).toContain('but for 1 search to go on with: add --resume to the same command\n');
    expect(existsSync(join(out, 'unfinished', '03-lock-acquisition--lua-release.json'))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
