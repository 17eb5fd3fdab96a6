import { describe, expect, test } from 'vitest';
import { assignedIn } from './assigned.js';

describe('A variable', () => {
  test.each([
    'x = 1',
    'x=1',
    'x /* is */ = // so\n 1',
    'x += 1',
    'x ||= 1',
    'x >>>= 1',
    'x ** = 1; x **= 2',
    'x++',
    'x\n--',
    '++x',
    '-- /* one */ x',
    'if (x = 5) { y() }',
    'while (a, x = next()) { y() }',
    '[x] = [1]',
    '[[a], { b: x }] = c',
    '({ x } = o)',
    '({ a: x } = o)',
    '({ ...x } = o)',
    'const f = (a = (x = 1)) => a',
    'const { a = x = 1 } = o',
    'const { a = () => { x = 1; } } = o',
    'const [a = x++] = o',
    'for (x of all) y()',
    'for await (x of all) y()',
    'for ([x] of all) y()',
    'for (x in all) y()',
    'for (let x = 0; x < 3; x++) y()',
    'var x = 1',
    'for (var x of all) y()',
    'eval(code)',
    'arguments[0] = 1',
    'with (o) { f() }',
    String.raw`\u0078 = 1`,
    'foo(x = 1)',
    'o[x = 1]',
    '`${x = 1}`',
    'if (a) { function x() {} }',
    'switch (a) { case 1: function x() {} }',
    'for (let [, { a = [x] = b }] of c) y()',
    'label: for (const y of (x = 1, z)) y()',
    '({ get x() { return x++; } })',
    'class A { static { x = 1; } }',
    'class A { #y = (x = 1); }',
    'async () => { await (x = 1); }',
    'return x++',
    'this is no code',
  ])('may change where a script says: %s', (code) => {
    expect(assignedIn(`let y; ${code};`)('x', 1)).toBe(true);
    expect(assignedIn(code)('x', 1)).toBe(true);
  });

  test.each([
    'const x = 1',
    'let x = 1; y = x',
    'const { x } = o',
    'const { x = 1, y } = o',
    'const { y: x = "a" } = o',
    'const [x] = o',
    'for (const x of all) y()',
    'function f(x, y = 1) { return x === y; }',
    'function f({ x = 1, y } = {}) { return x == y || x >= y || x <= y || x != y; }',
    'const f = (x = 1) => x',
    'o.x = 1',
    'o.x++; redis.eval(script)',
    'class A { m(x = 2) { return x; } }',
    'const text = `${x} = 1`; // x = 1',
    'const text = /x = 1/',
    'o = { x: 1, ...x }; [o.x] = [1]; ({ x: o.x } = o)',
    '"use strict"; if (a) { function x() {} }',
    'function f(x) { return () => x; }',
  ])('may not change where it says: %s', (code) => {
    expect(assignedIn(code)('x', 1)).toBe(false);
  });

  test('may change where another module gives it a value, unless that shows in a function of it', () => {
    const mayChange = assignedIn('import { x } from "y"');
    expect(mayChange('x', 1)).toBe(true);
    expect(mayChange('x', () => 1)).toBe(false);
  });

  test.each(['let x', 'const x = 1', 'class x {}', 'import { x } from "y"', 'const { y: [x] } = o'])(
    'may change where it has no value yet: %s',
    (code) => {
      expect(assignedIn(code)('x', undefined)).toBe(true);
    },
  );

  test('may not change where it has no value, and is given none', () => {
    expect(assignedIn('function f(x) { return () => x; }')('x', undefined)).toBe(false);
  });

  test('may change where there is no text', () => {
    expect(assignedIn(undefined)('x', 1)).toBe(true);
  });
});
