import { describe, expect, test } from 'vitest';
import { capturedBy } from './captured-this.js';

const textOf = (fn: unknown): string => String(fn);

describe('An arrow function', () => {
  test.each([
    '() => this.sold',
    'async (x) => { await this.sell(x); }',
    'x => () => this',
    '(x = this) => x',
    '() => super.sell()',
    '() => eval("th" + "is.sold")',
    '() => this.#sold',
    '() => ({ [this.name]() {} })',
    '() => class { [this.name] = 1 }',
    '() => class extends this.base {}',
    '() => import(this.path)',
    '(() => this', // no code
  ])('should be seen to take from the code around it what it calls "this": %s', (text) => {
    expect(capturedBy(text)).toBe('this');
  });

  test.each([
    '() => "this"',
    '() => sold // this',
    '() => function () { return this; }',
    '() => class { sold = this; static { this.all = 1; } sell() { return this; } }',
    '() => ({ sell() { return this; }, get sold() { return this; } })',
    'function () { return () => this; }',
    'async function sell() { return this; }',
    'class Shop { sell = () => this; }',
    'sell() { return () => this; }',
    'async *sell() { yield this; }',
    'get sold() { return this.all; }',
    '["sell"]() { return this; }',
  ])('should not be where it does not: %s', (text) => {
    expect(capturedBy(text)).toBe('nothing');
  });

  test.each([
    '#sell() { return super.sell(); }',
    'function() { return super.sell(); }',
    'get sold() { return () => super.sold; }',
  ])('should be told from a method that uses what is above it: %s', (text) => {
    expect(capturedBy(text)).toBe('super');
  });

  test('should be so of a function that is there', () => {
    class Shop {
      sold = 0;
      readonly sell = (): number => (this.sold += 1);
    }
    expect(capturedBy(textOf(new Shop().sell))).toBe('this');
    expect(capturedBy(textOf(Shop))).toBe('nothing');
  });
});
