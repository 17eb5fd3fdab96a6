/** What the lesson says is what the models say, and what can be asked for. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { compiled } from '../../harness/server/testing/compiled.js';
import { connectionStorm } from './lab.js';
import { mostWithin, reconnect } from './reconnecting.js';

const run = promisify(execFile);
const COMMAND = compiled('labs/09-connection-storm/command.ts');
const README = new URL('README.md', import.meta.url);
const context = { signal: new AbortController().signal, note: () => {} };
const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('the lesson', () => {
  test('shows what the models say', async () => {
    const text = inOneLine(await readFile(README, 'utf8'));
    const computed = connectionStorm.measurements!.filter(({ name }) =>
      ['the-queue', 'the-cause'].includes(name),
    );
    expect(computed).toHaveLength(2);
    for (const { name, measure } of computed) {
      const { summary, computed: isComputed } = await measure(context);
      expect(isComputed).toBe(true);
      expect(text).toContain(`= 09-connection-storm/${name} computed: ${summary}`);
    }
  });

  test('names every measurement, and shows the commands as they print', async () => {
    const text = await readFile(README, 'utf8');
    for (const { name } of connectionStorm.measurements!) expect(text).toContain(name);
    const shown = Array.from(
      text.matchAll(/```\nnpm run storm -- ((?:cause|queue)[^\n]*)\n```\n\n```\n(.*?)```/gs),
      ([, words, output]) => ({ words: words!.trim().split(' '), output: output! }),
    );
    expect(shown.length).toBeGreaterThan(2);
    for (const { words, output } of shown) {
      const { stdout } = await run(process.execPath, [COMMAND, ...words]);
      expect(stdout).toBe(output);
    }
  });

  test('lists every option of the command', async () => {
    const text = await readFile(README, 'utf8');
    for (const part of ['measure', 'queue', 'cause']) {
      const { stdout } = await run(process.execPath, [COMMAND, part, '--help']);
      for (const [, option] of stdout.matchAll(/^ {2}(--[\w-]+)/gm)) expect(text).toContain(`\`${option}`);
    }
  });

  test('numbers that make no sense are refused in a line', async () => {
    const command = run(process.execPath, [COMMAND, 'cause', '--busy', '5000']);
    await expect(command).rejects.toMatchObject({ code: 2, stderr: 'of 4100 clients 5000 cannot be busy\n' });
  });
});

describe('clients that connect again', () => {
  const crowd = {
    clients: 10,
    standsStillMs: 100,
    places: 4,
    connectTimeoutMs: 50,
    untilMs: 1000,
    random: () => 0.5,
  };

  test('wait in the queue while there is room, and try again when there was none', () => {
    const { connects, back } = reconnect({ ...crowd, waitMs: (attempt) => attempt * 10 });
    // Six fail at 10 + 50, wait for 20, fail at 80 + 50, and then the server runs.
    expect(connects).toEqual([...Array(10).fill(10), ...Array(6).fill(80), ...Array(6).fill(160)]);
    expect(back).toBe(10);
  });

  test.each([Number.NaN, -5, Infinity, 0, undefined as unknown as number])(
    'a wait of %s is what a timer makes of it',
    (ms) => {
      expect(reconnect({ ...crowd, waitMs: () => ms }).connects[0]).toBe(1);
    },
  );

  test('do not come back who wait for too long', () => {
    expect(reconnect({ ...crowd, waitMs: () => 2000 })).toEqual({ connects: [], back: 0 });
  });

  test('are counted in a window that may begin anywhere', () => {
    expect(mostWithin([0, 60, 70, 120, 159, 160], 100)).toBe(4);
    expect(mostWithin([], 100)).toBe(0);
  });
});
