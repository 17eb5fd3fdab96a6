import { expect, test } from 'vitest';
import { nearPath, replayLine } from './replay-line.js';

test('lines to copy survive a shell', () => {
  expect(replayLine('npx race-lab', process.cwd(), 'reports', 'a.json')).toBe(
    'npx race-lab replay reports/a.json',
  );
  expect(replayLine('npx race-lab', "/tmp/it's here", 'a.json')).toBe(
    String.raw`npx race-lab replay '/tmp/it'\''s here/a.json'`,
  );
  expect(nearPath('/elsewhere')).toBe('/elsewhere');
});
