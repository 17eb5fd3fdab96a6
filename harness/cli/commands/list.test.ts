import { describe, expect, test } from 'vitest';
import { widthOf } from '../../base/text.js';
import { useCommandLine } from '../testing/command-line.js';

const { cli } = useCommandLine();

describe('list', () => {
  test('shows labs, variants and what is expected', async () => {
    const { code, out } = await cli('list');
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "01-counting  Counting
        get-set  breaks "no lost update"  GET, add one, SET
        incr     holds                    INCR

      02-locking  Locking
        mixed    hangs                    two different workers
      "
    `);
  });

  test('fits a narrow terminal', async () => {
    const { out } = await cli('list', { columns: 40 });
    for (const line of out.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(40);
    expect(out).toContain('get-set');
    expect(out).not.toMatch(/…$/m);
  });

  test('--json', async () => {
    const { labs: listed } = JSON.parse((await cli('list --json')).out) as { labs: { variants: object[] }[] };
    expect(listed[0]!.variants[0]).toEqual({
      name: 'get-set',
      title: 'GET, add one, SET',
      expected: 'breaks',
      expectedInvariant: 'no lost update',
      workers: 2,
      faults: 0,
    });
  });
});
