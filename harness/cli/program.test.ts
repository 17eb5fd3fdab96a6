import { describe, expect, test } from 'vitest';
import { widthOf } from '../base/text.js';
import { DEFAULT_DELAYS, DEFAULT_PREEMPTIONS, DEFAULT_RUNS, DEFAULT_SEED } from '../explore/options.js';
import { useCommandLine } from './testing/command-line.js';

const { cli, refused } = useCommandLine();

describe('help and version', () => {
  test.each([
    ['', 2],
    ['--help', 0],
    ['run --help', 0],
    ['list --help', 0],
    ['check --help', 0],
    ['suite --help', 0],
    ['replay --help', 0],
    ['show --help', 0],
    ['diff --help', 0],
    ['faults --help', 0],
    ['map --help', 0],
    ['doctor --help', 0],
    ['clean --help', 0],
  ])('"%s" shows how to use it, with examples', async (args, code) => {
    const shown = await cli(args);
    expect(shown.code).toBe(code);
    const text = code === 0 ? shown.out : shown.err;
    expect(text).toContain('Usage: race-lab');
    expect(text).toContain('Examples:\n  npx race-lab ');
    expect(text).toMatch(/Exit codes: 0 .*, 1 .*, 2 .*\.\n$/);
    for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80);
  });

  test('the help of run has the defaults as they are', async () => {
    const help = (await cli('run --help')).out.replaceAll(/\s+/g, ' ');
    expect(help).toContain(`per variant (default: ${DEFAULT_RUNS})`);
    expect(help).toContain(`of the workers (default: ${DEFAULT_SEED})`);
    expect(help).toContain(`the variant's own, or ${DEFAULT_PREEMPTIONS})`);
    expect(help).toContain(`timeouts of clients too (default: ${DEFAULT_DELAYS}, and none of clients)`);
  });

  test('--version', async () => {
    expect(await cli('--version')).toMatchObject({ code: 0, out: '1.2.3\n', err: '' });
  });
});

describe('wrong input', () => {
  test.each([
    ['lst', "unknown command 'lst' (Did you mean list?)"],
    ['show', "missing required argument 'FILE'"],
    ['show a b', 'too many arguments for'],
  ])('%s: one line, exit code 2', async (args, message) => {
    expect(await refused(args)).toContain(message);
  });
});
