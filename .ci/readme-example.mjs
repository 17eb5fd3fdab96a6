// The README's example as a new user runs it: packs this project, installs it into an empty one, runs the test that the
// README shows, and compares what it prints with what the README says it prints.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFolder, packed, runs } from './packed.mjs';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```(\w*)\n(.*?)^```/gms)].map(([, language, text]) => ({
  language,
  text,
}));
const example = blocks.find(({ text }) => text.includes("import 'redis-race-lab/vitest'"));
const printed = blocks.find(({ text }) => text.startsWith('Error: expected "page views" to hold'));
if (example === undefined || printed === undefined) throw new Error('README.md has lost its example');

const project = emptyFolder('readme');
writeFileSync(
  join(project, 'package.json'),
  JSON.stringify({ name: 'example', private: true, type: 'module' }),
);
runs(project, ['npm', 'i', '-D', '--silent', packed(), 'vitest@4']);
writeFileSync(join(project, 'views.test.ts'), example.text);
// Versions and where Redis came from differ between machines.
const stable = printed.text
  .split('\n')
  .filter((line) => line.trim() !== '' && !/^ {2}(with|shrunk) |^ {13}offered/.test(line));
const output = runs(project, ['npx', 'vitest', 'run'], { code: 1 });
const missing = stable.filter((line) => !output.includes(line.trim()));
if (missing.length > 0) {
  console.error(output);
  throw new Error(`the README's example does not print:\n${missing.join('\n')}`);
}
console.log('the README example prints what the README says');
