import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAULT_KINDS } from '../../faults/catalogue.js';
import { useCommandLine } from '../testing/command-line.js';

const { cli, refused } = useCommandLine();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'race-lab-completion-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function script(shell: string): Promise<string> {
  const { code, out, err } = await cli(`completion ${shell}`);
  expect([code, err]).toEqual([0, '']);
  return out;
}

function isThere(program: string): boolean {
  return spawnSync(program, ['-c', 'exit 0']).status === 0;
}

describe.runIf(isThere('bash'))('bash', () => {
  /** What it offers behind these words, the last of which is being written. */
  async function offered(...words: string[]): Promise<string[]> {
    const file = join(folder, 'race-lab.bash');
    writeFileSync(file, await script('bash'));
    const asked = `
      set -u
      source ${file}
      complete -p race-lab | grep -q -- '-F _race_lab race-lab' || exit 3
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
      _race_lab
      printf '%s\\n' "\${COMPREPLY[@]+"\${COMPREPLY[@]}"}"`;
    const out = execFileSync('bash', ['--norc', '-c', asked, 'bash', 'race-lab', ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return out.trimEnd().split('\n').filter(Boolean);
  }

  test.each([
    [['ru'], ['run']],
    [['d'], ['diff', 'doctor']],
    [['--v'], ['--version']],
    [['run', '--str'], ['--strategy']],
    [
      ['run', '--strategy', 'p'],
      ['pct', 'pos'],
    ],
    [['run', '--redis', 'c'], ['container']],
    [['run', '--fail-on', 'br'], ['breaks']],
    [
      ['run', '0'],
      ['01-counting', '02-locking'],
    ],
    [
      ['run', '01'],
      ['01-counting', '01-counting/get-set', '01-counting/incr'],
    ],
    [['list', '01-counting/in'], ['01-counting/incr']],
    [['map', '02-locking', '--fault', 'late'], ['late-reply']],
    [['completion', 'z'], ['zsh']],
    [
      ['run', '--strategy', '=', 'p'],
      ['pct', 'pos'],
    ],
    [
      ['check', '--', '02'],
      ['02-locking', '02-locking/mixed'],
    ],
  ])('%j offers %j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expected);
  });

  test('where a file belongs, and where no lab fits, it leaves the word to bash', async () => {
    expect(await offered('show', '')).toEqual([]);
    expect(await offered('run', 'race/st')).toEqual([]);
    expect(await offered('run', '--out', 're')).toEqual([]);
  });

  test('offers all that there is', async () => {
    const commands = await offered('');
    const help = (await cli('--help')).out;
    const named = [...help.matchAll(/^ {2}([a-z]+) (?:\[|<| )/gm)].map(([, name]) => name!);
    expect(commands.filter((word) => !word.startsWith('-')).sort()).toEqual(named.sort());
    for (const name of named.filter((one) => one !== 'help')) {
      const shown = (await cli(`${name} --help`)).out;
      const options = [...shown.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)(?:, (--[\w-]+))?/gm)]
        .flatMap(([, first, second]) => [first!, second])
        .filter((one) => one !== undefined);
      expect((await offered(name, '--')).sort(), name).toEqual(options.sort());
    }
    const faults = await offered('map', '--fault', '');
    expect(faults).toEqual(expect.arrayContaining([...FAULT_KINDS, 'usual', 'server']));
  });
});

test.each(['zsh', 'fish'])('the script for %s has every option, lab and variant', async (shell) => {
  const text = await script(shell);
  const bash = await script('bash');
  const words = new Set(bash.match(/(?<=[ '])(?:--[a-z][\w-]+|\d\d-[\w/-]+)(?=[ ',}])/g));
  expect(words).toContain('--strategy');
  expect(words).toContain('01-counting/get-set');
  const spelled = (word: string): string => (shell === 'fish' ? word.replace(/^--/, '-l ') : word);
  expect([...words].filter((word) => !text.includes(spelled(word)))).toEqual([]);
});

test.runIf(isThere('zsh'))('the script for zsh has no syntax error', async () => {
  const file = join(folder, '_race-lab');
  writeFileSync(file, await script('zsh'));
  expect(spawnSync('zsh', ['-n', file], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

test.runIf(isThere('fish'))('fish offers the same', async () => {
  const file = join(folder, 'race-lab.fish');
  writeFileSync(file, await script('fish'));
  const ask = (line: string): string[] => {
    const asked = `source ${file}; complete -C ${JSON.stringify(line)}`;
    const { status, stdout } = spawnSync('fish', ['--no-config', '-c', asked], {
      encoding: 'utf8',
      cwd: folder,
    });
    expect(status).toBe(0);
    return stdout
      .split('\n')
      .map((one) => one.split('\t')[0]!)
      .filter(Boolean);
  };
  expect(ask('race-lab ru')).toEqual(['run']);
  expect(ask('race-lab run --strategy p')).toEqual(['pct', 'pos']);
  expect(ask('race-lab run 01-counting/')).toEqual(['01-counting/get-set', '01-counting/incr']);
  expect(ask('race-lab run --fail')).toEqual(['--fail-on']);
});

test('another shell is refused by name', async () => {
  expect(await refused('completion powershell')).toContain('Allowed choices are bash, zsh, fish');
});
