import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { FAULT_KINDS } from '../../faults/catalogue.js';
import { faultEntries, faultsMarkdown, renderFaults } from './fault-catalogue.js';
import { widthOf } from '../../base/text.js';

test('the README has the catalogue as it is: race-lab faults --markdown', async () => {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, shown] = /<!-- faults: .*? -->\n(.*?)\n<!-- \/faults -->/s.exec(readme) ?? [];
  expect(shown).toBe(faultsMarkdown());
});

test.each([60, 80, 120])('the terminal shows every fault within %i columns', (columns) => {
  const lines = renderFaults({ columns, colour: false }).split('\n');
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  for (const kind of FAULT_KINDS) expect(lines.some((line) => line.startsWith(kind))).toBe(true);
});

test('programs get the parameters, too', () => {
  expect(faultEntries().find(({ name }) => name === 'truncated-reply')).toMatchObject({
    usual: false,
    outcome: 'ambiguous',
    target: 'command',
    parameters: ['bytes: 1', 'by: close or reset'],
  });
});
