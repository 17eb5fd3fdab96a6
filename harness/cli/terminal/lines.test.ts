import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { linesOf, type AskLine } from './lines.js';

function terminal(): { input: PassThrough; abort: AbortController; shown: string[]; ask: AskLine } {
  const [input, abort, shown] = [new PassThrough(), new AbortController(), [] as string[]];
  const ask = linesOf(input, (text) => void shown.push(text), abort.signal);
  return { input, abort, shown, ask };
}

test('a line answers a question, and what is typed ahead the next one', async () => {
  const { input, shown, ask } = terminal();
  const first = ask('one? ');
  input.write('ye');
  input.write('s \nno\n');
  expect([await first, await ask('two? ')]).toEqual(['yes', 'no']);
  expect(shown).toEqual(['one? ', 'two? ']);
  expect(input.listenerCount('data')).toBe(0);
});

test('at the end of the input nobody answers, now and later', async () => {
  const { input, shown, ask } = terminal();
  const asked = ask('one? ');
  input.end('half a line');
  expect([await asked, await ask('two? ')]).toEqual([undefined, undefined]);
  expect(shown).toEqual(['one? ', '\n', 'two? ', '\n']);
});

test('Ctrl-C ends a question', async () => {
  const { input, abort, ask } = terminal();
  const asked = ask('one? ');
  abort.abort();
  expect(await asked).toBeUndefined();
  expect([input.listenerCount('data'), input.listenerCount('end'), input.listenerCount('error')]).toEqual([
    0, 0, 0,
  ]);
});
