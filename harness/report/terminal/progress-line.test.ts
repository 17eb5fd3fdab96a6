import { describe, expect, test } from 'vitest';
import { duration, ProgressLine, progressText } from './progress-line.js';

describe('progress', () => {
  test('says how much is left, and whether that is a bound or an estimate', () => {
    const explored = { executions: 1250, pending: 7000, phase: 'exploring' } as const;
    expect(progressText(explored, 10_000)).toBe('1,250 executions, at least 7,000 left (125/s)');
    expect(progressText({ ...explored, pending: undefined }, 10_000)).toBe('1,250 executions (125/s)');
    expect(progressText(explored, 10_000, { runs: 1500 })).toBe(
      '1,250 executions, at most 2.0 s left (125/s)',
    );
    expect(progressText(explored, 10_000, { seconds: 11 })).toBe(
      '1,250 executions, at most 1.0 s left (125/s)',
    );
    const estimated = { ...explored, estimate: 8250 };
    expect(progressText(estimated, 10_000)).toBe('1,250 of about 8,250 executions, about 56 s left (125/s)');
    expect(progressText(estimated, 10_000, { runs: 1500 })).toBe(
      '1,250 of about 8,250 executions, at most 2.0 s left (125/s)',
    );
    expect(progressText({ ...estimated, estimate: 3.21e40 }, 10_000, { runs: 1500 })).toBe(
      '1,250 of about 10^40 executions, at most 2.0 s left (125/s)',
    );
    expect(progressText({ ...estimated, phase: 'shrinking' }, 10_000)).toBe(
      '1,250 executions, shrinking the finding',
    );
    expect(progressText(explored, 0)).toBe('1,250 executions');
  });

  test('counts only this session for speed and limits', () => {
    const resumed = {
      executions: 1250,
      run: 250,
      pending: 7000,
      estimate: 8250,
      phase: 'exploring',
    } as const;
    expect(progressText(resumed, 2000, { runs: 1500 })).toBe(
      '1,250 of about 8,250 executions, at most 10 s left (125/s)',
    );
  });

  test('durations', () => {
    expect([0, 420, 9960, 59_400, 60_000, 200_000, 7_500_000].map(duration)).toEqual([
      '0.0 s',
      '0.4 s',
      '10 s',
      '59 s',
      '1 min 0 s',
      '3 min 20 s',
      '2 h 5 min',
    ]);
  });

  function shown(
    rewritable: boolean,
    act: (progress: ProgressLine, tick: (ms: number) => void) => void,
  ): string {
    let now = 0;
    let text = '';
    const output = { write: (piece: string) => void (text += piece), columns: 30, colour: false, rewritable };
    act(new ProgressLine(output, () => now), (ms) => void (now += ms));
    return text;
  }

  const work = (progress: ProgressLine, tick: (ms: number) => void): void => {
    progress.start('[1/2] a/b');
    for (let executions = 50; executions <= 300; executions += 50) {
      tick(4000);
      progress.update({ executions, pending: undefined, phase: 'exploring' });
    }
    progress.note('something slow');
    progress.clear();
  };

  test('one line on a terminal, cut to its width, and gone at the end', () => {
    const text = shown(true, work);
    expect(text).toContain('\r\u001B[K[1/2] a/b …');
    expect(text).toContain('\r\u001B[K[1/2] a/b: 50 executions (13…');
    expect(text.endsWith('\r\u001B[Ksomething slow\n')).toBe(true);
  });

  test('a line now and then elsewhere', () => {
    expect(shown(false, work)).toBe(
      '[1/2] a/b: 150 executions (13/s)\n[1/2] a/b: 300 executions (13/s)\nsomething slow\n',
    );
  });
});
