import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { widthOf } from '../base/text.js';
import { DEFAULT_DELAYS, DEFAULT_PREEMPTIONS, DEFAULT_RUNS, DEFAULT_SEED } from '../explore/options.js';
import type { CliContext } from './context/context.js';
import { buildProgram } from './program.js';
import { useCommandLine } from './testing/command-line.js';

const { cli, refused } = useCommandLine();

/** The program, whose commands do nothing. */
function silentProgram(): Command {
  const silent = { write: () => {}, columns: 80, colour: false, rewritable: false };
  const program = buildProgram(
    { out: silent, err: silent, version: '', invocation: '' } as unknown as CliContext,
    () => {},
  );
  for (const command of program.commands) command.action(() => {});
  return program;
}

/** Parses a line as a shell hands it over. @throws what commander says of it */
async function parsed(line: string): Promise<void> {
  const words = Array.from(
    line.replace(/ > .*/, '').matchAll(/'([^']*)'|(\S+)/g),
    ([, quoted, plain]) => quoted ?? plain!,
  );
  await silentProgram().parseAsync(words.slice(2), { from: 'user' });
}

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

  test('every command shows two examples or more, and each of them parses', async () => {
    const names = silentProgram().commands.map((command) => command.name());
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const help = (await cli(`${name} --help`)).out;
      expect(help).toMatch(/Exit codes?\b.*\n$/);
      for (const line of help.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80);
      const [, text] = /^Examples:\n((?: {2}.*\n)+)/m.exec(help)!;
      const lines = text!.trimEnd().split('\n');
      expect(lines.length, name).toBeGreaterThanOrEqual(2);
      expect(lines.some((line) => line.includes(`npx race-lab ${name}`))).toBe(true);
      for (const line of lines) await expect(parsed(line), line).resolves.toBeUndefined();
    }
    await expect(parsed('npx race-lab run --nothing')).rejects.toThrow("unknown option '--nothing'");
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
