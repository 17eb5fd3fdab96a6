import { expect, test } from 'vitest';
import { ProgressLine } from '../../report/terminal/progress-line.js';
import { fakeRunner, type Faked } from '../testing/fake-lab.js';
import { openSeat } from './session.js';

/** What is left on a terminal once it was tried to get a Redis. */
async function left(faked: Faked): Promise<string> {
  let line = '';
  const write = (text: string): void => void (line = (line + text).split('\r\u001B[K').at(-1)!);
  const progress = new ProgressLine({ write, columns: 80, colour: false, rewritable: true });
  const asked = { server: undefined, explored: [], replayed: [], ran: [], stopped: 0, closed: 0 };
  const abort = new AbortController();
  const runner = fakeRunner(faked, asked, abort, undefined!);
  const opening = openSeat({ signal: abort.signal }, runner, {}, progress);
  expect(line).toBe('starting Redis …');
  await opening.catch(() => {});
  return line;
}

test('that Redis is starting is not said any more once it has, or could not', async () => {
  expect(await left({})).toBe('');
  expect(await left({ startServer: () => Promise.reject(new Error('there is none')) })).toBe('');
});
