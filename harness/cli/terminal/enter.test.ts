import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { enter } from './enter.js';

function terminal(): {
  input: PassThrough;
  abort: AbortController;
  shown: string[];
  wait: () => Promise<void>;
} {
  const [input, abort, shown] = [new PassThrough(), new AbortController(), [] as string[]];
  const output = { write: (text: string) => shown.push(text) > 0 };
  return { input, abort, shown, wait: () => enter(input, output, abort.signal) };
}

test('Enter ends one wait, and its line is taken back', async () => {
  const { input, shown, wait } = terminal();
  for (const times of [1, 2]) {
    const waited = wait();
    input.write('\n');
    await waited;
    expect(shown).toEqual(Array(times).fill('\u001B[A\u001B[K'));
  }
  expect([input.listenerCount('data'), input.listenerCount('end')]).toEqual([0, 0]);
});

test('the end of the input ends this wait and every later one', async () => {
  const { input, shown, wait } = terminal();
  const waited = wait();
  input.end();
  await waited;
  await wait();
  expect(shown).toEqual([]);
});

test('Ctrl-C ends it', async () => {
  const { input, abort, wait } = terminal();
  const waited = wait();
  abort.abort();
  await waited;
  await wait();
  expect([input.listenerCount('data'), input.listenerCount('end')]).toEqual([0, 0]);
});
