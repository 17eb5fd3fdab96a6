import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { outputOf, wantsColour } from './output.js';

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
