import { describe, expect, test } from 'vitest';
import { TaskPool } from './task-pool.js';

/** A hand that does one task after the other, when it is told to. */
class Hand {
  readonly begun: string[] = [];
  #finish: (() => void)[] = [];

  readonly work = (task: string): Promise<string> => {
    this.begun.push(task);
    return new Promise((resolve, reject) =>
      this.#finish.push(() => (task === 'bad' ? reject(new Error('bad')) : resolve(`${task} done`))),
    );
  };

  async finish(): Promise<void> {
    this.#finish.shift()!();
    await new Promise(setImmediate);
  }
}

describe('TaskPool', () => {
  test('should give each the next task as soon as it is free, in order', async () => {
    const [first, second] = [new Hand(), new Hand()];
    const hands = new TaskPool([first.work, second.work]);
    const results = ['a', 'b', 'c', 'd'].map((task) => hands.run(task));
    await new Promise(setImmediate);
    expect([first.begun, second.begun, hands.begun, hands.asked]).toEqual([['a'], ['b'], 2, 4]);
    await second.finish();
    await second.finish();
    expect([first.begun, second.begun]).toEqual([['a'], ['b', 'c', 'd']]);
    await first.finish();
    await second.finish();
    expect(await Promise.all(results)).toEqual(['a done', 'b done', 'c done', 'd done']);
  });

  test('should go on after a task that failed', async () => {
    const hand = new Hand();
    const hands = new TaskPool([hand.work]);
    const [bad, good] = [hands.run('bad'), hands.run('good')];
    await new Promise(setImmediate);
    await Promise.all([expect(bad).rejects.toThrow('bad'), hand.finish()]);
    await hand.finish();
    expect(await good).toBe('good done');
  });

  test('should begin nothing that was forgotten', async () => {
    const hand = new Hand();
    const hands = new TaskPool([hand.work]);
    const first = hands.run('a');
    void hands.run('b');
    await new Promise(setImmediate);
    hands.forget();
    await hand.finish();
    expect([await first, hand.begun]).toEqual(['a done', ['a']]);
  });
});
