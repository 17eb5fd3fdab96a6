import { describe, expect, test } from 'vitest';
import { namedIn } from './named.js';

describe('What a script takes of a module', () => {
  test('should be what it names', () => {
    const source = 'import * as shop from "shop"; shop.sell(); workshop.close(); shop\n .sold; shops.open()';
    expect(namedIn(source, 'shop')).toEqual(new Set(['sell', 'sold']));
    expect(namedIn('const __vite_ssr_import_0__ = await load("a");', '__vite_ssr_import_0__')).toEqual(
      new Set(),
    );
  });

  test.each([
    'shop["sell"]()',
    'other(shop)',
    'const { sell } = shop',
    'let shop = 1',
    'eval("sh" + "op.sell()")',
    'export { shop }',
  ])('should be all where it says: %s', (use) => {
    expect(namedIn(`import * as shop from "shop"; ${use}`, 'shop')).toBeUndefined();
  });

  test('should be all where nobody knows its text', () => {
    expect(namedIn(undefined, 'shop')).toBeUndefined();
  });
});
