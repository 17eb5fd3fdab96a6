import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { editDistance, nearest } from './nearest.js';
import { duration, Progress, progressText } from './progress.js';
import { collectFault } from './parse.js';
import { nearPath, replayLine } from './replay-line.js';
import { select } from './select.js';
import { outputOf, wantsColour } from './terminal.js';
import { scenario } from '../scenario.js';
import { FAULT_KINDS, USUAL_FAULTS } from '../wire/fault.js';
import { SERVER_FAULT_KINDS } from '../wire/server-fault.js';

describe('nearest', () => {
  test('counts insertions, deletions, replacements and swaps', () => {
    expect([
      editDistance('', 'abc'),
      editDistance('abc', 'abc'),
      editDistance('abc', 'acb'),
      editDistance('abcd', 'bcx'),
    ]).toEqual([3, 0, 1, 2]);
  });

  test('finds what was meant, or nothing', () => {
    const names = ['01-lost-update', '03-lock-acquisition'];
    expect(nearest('01-lots-update', names)).toBe('01-lost-update');
    expect(nearest('LOST', names)).toBe('01-lost-update');
    expect(nearest('failover', names)).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });
});

describe('select', () => {
  const variant = (name: string) => ({
    name,
    title: name,
    scenario: scenario({ name, workers: async () => {}, invariants: [] }),
    expect: { kind: 'holds' } as const,
  });
  const labs = [
    { id: '01-a', title: 'A', variants: [variant('x'), variant('y')] },
    { id: '10-b', title: 'B', variants: [variant('x')] },
  ];
  const names = (...words: string[]): string =>
    select(labs, words)
      .map(({ lab, variant: { name } }) => `${lab.id}/${name}`)
      .join(' ');

  test.each([
    [[], '01-a/x 01-a/y 10-b/x'],
    [['01-a'], '01-a/x 01-a/y'],
    [['1'], '01-a/x 01-a/y'],
    [['01'], '01-a/x 01-a/y'],
    [['b'], '10-b/x'],
    [['10/x', 'a/y', 'a/y'], '01-a/y 10-b/x'],
    [['labs/01-a/'], '01-a/x 01-a/y'],
    [['./labs/01-a/y'], '01-a/y'],
  ])('%j', (words, selected) => {
    expect(names(...words)).toBe(selected);
  });

  test('refuses the rest', () => {
    expect(() => names('0')).toThrow('unknown lab "0"');
    expect(() => names('')).toThrow('unknown lab ""');
    expect(() => names('01/x/y')).toThrow('lab 01-a has no variant "x/y"');
  });
});

describe('progress', () => {
  test('says how much is left, and whether that is a bound or an estimate', () => {
    const explored = { executions: 1250, pending: 7000, phase: 'exploring' } as const;
    expect(progressText(explored, 10_000)).toBe('1,250 executions, at least 56 s left (125/s)');
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

  function shown(rewritable: boolean, act: (progress: Progress, tick: (ms: number) => void) => void): string {
    let now = 0;
    let text = '';
    const output = { write: (piece: string) => void (text += piece), columns: 30, colour: false, rewritable };
    act(new Progress(output, () => now), (ms) => void (now += ms));
    return text;
  }

  const work = (progress: Progress, tick: (ms: number) => void): void => {
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

describe('terminal', () => {
  class FakeStream extends EventEmitter {
    written = '';
    columns?: number;
    isTTY?: boolean;
    write(text: string): boolean {
      this.written += text;
      return true;
    }
  }
  const stream = (fields: Partial<FakeStream>) => Object.assign(new FakeStream(), fields) as never;

  test('width: COLUMNS, then the terminal, then the other stream, then a default', () => {
    const tty = stream({ columns: 90, isTTY: true });
    const none = stream({});
    const width = (one: never, other: never, env = {}): number => outputOf(one, other, env, () => {}).columns;
    expect(width(tty, none, { COLUMNS: '70' })).toBe(70);
    expect(width(tty, none, { COLUMNS: 'x' })).toBe(90);
    expect(width(none, tty)).toBe(90);
    expect(width(none, none)).toBe(120);
    expect(width(stream({ columns: 0, isTTY: true }), none)).toBe(120);
  });

  test('colour: NO_COLOR, FORCE_COLOR, a terminal that is not dumb', () => {
    expect(wantsColour(true, {})).toBe(true);
    expect(wantsColour(false, {})).toBe(false);
    expect(wantsColour(true, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColour(true, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
    expect(wantsColour(true, { NO_COLOR: '' })).toBe(true);
    expect(wantsColour(false, { FORCE_COLOR: '1' })).toBe(true);
    expect(wantsColour(true, { FORCE_COLOR: '0' })).toBe(false);
    expect(wantsColour(true, { TERM: 'dumb' })).toBe(false);
  });

  test('a reader that goes away is no error; a full disk is', () => {
    const fake = new FakeStream();
    const failures: string[] = [];
    const output = outputOf(fake as never, fake as never, {}, (error) => void failures.push(error.message));
    output.write('a');
    fake.emit('error', Object.assign(new Error('gone'), { code: 'EPIPE' }));
    output.write('b');
    expect([fake.written, failures]).toEqual(['a', []]);
    const full = new FakeStream();
    outputOf(full as never, full as never, {}, (error) => void failures.push(error.message));
    full.emit('error', Object.assign(new Error('full'), { code: 'ENOSPC' }));
    full.emit('error', Object.assign(new Error('full again'), { code: 'ENOSPC' }));
    expect(failures).toEqual(['full']);
  });
});

test('lines to copy survive a shell', () => {
  expect(replayLine('npx race-lab', process.cwd(), 'reports', 'a.json')).toBe(
    'npx race-lab replay reports/a.json',
  );
  expect(replayLine('npx race-lab', "/tmp/it's here", 'a.json')).toBe(
    String.raw`npx race-lab replay '/tmp/it'\''s here/a.json'`,
  );
  expect(nearPath('/elsewhere')).toBe('/elsewhere');
});

test('faults are named one by one or as groups, and each counts once', () => {
  expect(collectFault('outage', ['late-reply'])).toEqual(['late-reply', 'outage']);
  expect(collectFault('server', ['server-oom'])).toHaveLength(SERVER_FAULT_KINDS.length);
  expect(collectFault('server', collectFault('client', undefined)).toSorted()).toEqual(
    FAULT_KINDS.toSorted(),
  );
  expect(collectFault('usual', undefined)).toEqual(USUAL_FAULTS);
  expect(() => collectFault('nonsense', undefined)).toThrow('Give a group (usual, client, server) or one of');
});
