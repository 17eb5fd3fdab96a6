/** `race-lab run --ask`: a prediction, then the verdict. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compiled } from '../../server/testing/compiled.js';
import { ROOT } from '../../server/testing/script.js';
import { useCommandLine, type Called, type Unusual } from '../testing/command-line.js';
import { LABS } from '../testing/fake-lab.js';
import { ON_A_PROCESS, spawned } from '../testing/spawned.js';

const fake = useCommandLine();

/** Somebody who gives these answers, one after the other, and has no more. */
async function answering(
  answers: readonly (string | undefined)[],
  args = 'run --ask',
  unusual: Unusual = {},
): Promise<Called & { questions: number }> {
  const left = [...answers];
  const called = await fake.cli(args, { ...unusual, askLine: async () => left.shift() });
  return { ...called, questions: answers.length - left.length };
}

describe('run --ask', () => {
  test('asks before each verdict, shows it beside the answer, and says how many were right', async () => {
    const { code, out, questions } = await answering(['2', 'br', 'Hangs']);
    expect([code, questions]).toEqual([0, 3]);
    expect(out.split('\n   variant')[0]).toMatchInlineSnapshot(`
      "
      01-counting/get-set: GET, add one, SET
      ✓ 01-counting/get-set breaks "no lost update" as expected: Lost update on count…
        you said: breaks; right

      01-counting/incr: INCR
      ✓ 01-counting/incr holds as expected: all 6 executions of 2 workers with at most
        2 preemptions and no fault
        you said: breaks; it holds

      02-locking/mixed: two different workers
      ✓ 02-locking/mixed hangs as expected: all 6 executions within the bounds,
        nothing wrong
        you said: hangs; right
      "
    `);
    expect(out).toMatch(/\n2 of 3 predictions right\nreports: /);
  });

  test('Enter skips a question, and what is no answer is asked for again', async () => {
    const { out, questions, asked } = await answering(['', 'h', 'perhaps', '1', '3']);
    expect(questions).toBe(5);
    expect(out).toContain('"h" is none of these: type 1, 2 or 3, or Enter alone\n');
    expect(out).toContain('"perhaps" is none of these');
    expect(out).toContain('\n2 of 2 predictions right, 1 skipped\n');
    expect(asked.explored).toHaveLength(3);
  });

  test('the end of the input ends the questions, not the run', async () => {
    const { code, out, questions, asked } = await answering(['2', undefined]);
    expect([code, questions, asked.explored.length]).toEqual([0, 2, 3]);
    expect(out).toContain('the input has ended: no more questions\n');
    expect(out).toContain('\n1 of 1 prediction right\n');
  });

  test('Ctrl-C at a question ends the run, and what is left is not explored', async () => {
    const abort = new AbortController();
    const askLine = async (): Promise<undefined> => {
      abort.abort();
      return undefined;
    };
    const { code, err, asked } = await fake.cli('run --ask', { abort, askLine });
    expect([code, asked.explored.length]).toEqual([2, 0]);
    expect(err).toMatch(/^race-lab: stopped: 0 of 3 variants done, /);
  });

  test('a prediction of what is not known is neither right nor wrong', async () => {
    const verdicts = { incr: { kind: 'incomplete', message: 'too many' } } as const;
    const { out } = await answering(['2', '1', '3'], 'run --ask', { verdicts });
    expect(out).toContain('  you said: holds; nobody knows\n');
    expect(out).toContain('\n2 of 2 predictions right, 1 without a verdict\n');
  });

  test('--predict is the same', async () => {
    const { out, questions } = await answering(['2', '1', '3'], 'run --predict');
    expect(questions).toBe(3);
    expect(out).toContain('\n3 of 3 predictions right\n');
  });

  test('what makes no sense with it is refused', async () => {
    const askLine = async (): Promise<string> => '';
    expect(await fake.refused('run --ask')).toBe(
      '--ask needs a terminal to ask in, and this is a pipe, a file or a CI job: leave it out, or call it in a terminal',
    );
    expect(await fake.refused('run --ask --json', { askLine })).toMatch(/^--json does not go with --ask: /);
    expect(await fake.refused('run --ask --watch', { askLine })).toMatch(/^--ask does not go with --watch: /);
    expect(await fake.refused('run --ask --jobs 2', { askLine })).toMatch(/^--jobs does not go with --ask: /);
    const measured = {
      ...LABS[0]!,
      variants: [],
      measurements: [{ name: 'one', title: 'one', measure: never }],
    };
    expect(await fake.refused('run --ask', { askLine, labs: [measured] })).toBe(
      '--ask has nothing to ask: what is measured has no verdict to predict',
    );
  });
});

async function never(): Promise<never> {
  throw new Error('not in this test');
}

test('without a terminal the real command says so, with exit code 2, and starts nothing', async () => {
  const { code, out, err } = await spawned(['run', '01/incr', '--ask'], { env: ON_A_PROCESS });
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^race-lab: --ask needs a terminal to ask in/);
});

/** Makes a terminal for a command, where it is installed as on most systems. */
const SCRIPT = '/usr/bin/script';

describe.skipIf(process.platform !== 'linux' || !existsSync(SCRIPT))('in a terminal', () => {
  /** Types each of these at a question. @returns what the terminal showed, and the exit code */
  async function typing(typed: readonly string[]): Promise<{ code: number | null; shown: string }> {
    const folder = await mkdtemp(join(tmpdir(), 'race-lab-ask-'));
    // In place of the shell that starts it: some shells say of themselves that Ctrl-C ended them.
    const call = [
      'exec',
      process.execPath,
      compiled('harness/cli/main.ts'),
      'run',
      '01/incr',
      '01/get-set',
      '--ask',
    ];
    const child = spawn(SCRIPT, ['-qec', [...call, '--out', folder].join(' '), '/dev/null'], {
      cwd: ROOT,
      env: { ...process.env, ...ON_A_PROCESS, TERM: 'dumb', COLUMNS: '100', NO_COLOR: '1' },
    });
    let shown = '';
    let questions = 0;
    child.stdout.on('data', (data) => {
      shown += String(data);
      for (; shown.split('Enter skips > ').length - 1 > questions; questions++)
        child.stdin.write(typed[questions] ?? '');
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    await rm(folder, { recursive: true });
    return { code, shown: shown.replaceAll('\r\n', '\n') };
  }

  test('it asks, and goes on with what is typed', async () => {
    const { code, shown } = await typing(['1\n', 'holds\n']);
    expect(code, shown).toBe(0);
    expect(shown).toContain('  you said: holds; right\n');
    expect(shown).toContain('  you said: holds; it breaks\n');
    expect(shown).toContain('\n1 of 2 predictions right\n');
  });

  test('Ctrl-D ends the questions', async () => {
    const { code, shown } = await typing(['\u0004']);
    expect(code, shown).toBe(0);
    expect(shown).toContain('the input has ended: no more questions\n');
    expect(shown).toContain('2 variants: 2 as expected');
  });

  test('Ctrl-C ends the run', async () => {
    const { code, shown } = await typing(['1\n', '\u0003']);
    expect(code, shown).toBe(2);
    expect(shown).toContain('race-lab: stopped: 1 of 2 variants done, ');
  });
});
