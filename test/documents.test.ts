import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { CliContext } from '../harness/cli/context/context.js';
import { runCli } from '../harness/cli/program.js';
import * as forFastCheck from '../harness/fast-check.js';
import * as library from '../harness/index.js';
import * as forLabs from '../harness/lab.js';
import * as forSuites from '../harness/suite/index.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LABS = readdirSync(join(ROOT, 'labs')).filter((name) => /^\d/.test(name));
const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'docs/debugger.md',
  'docs/first-steps.md',
  'docs/handing-on.md',
  'docs/history.md',
  'docs/http.md',
  'docs/invariants.md',
  'docs/json.md',
  'docs/ledgers.md',
  'docs/linearizability.md',
  'docs/own-files.md',
  'docs/README.md',
  'docs/api/README.md',
  'docs/ci.md',
  'docs/concepts.md',
  'docs/exploration.md',
  'docs/faults.md',
  'docs/prediction.md',
  'docs/records.md',
  'docs/scenarios.md',
  'docs/the-page.md',
  'docs/player.md',
  'docs/options.md',
  'docs/suites.md',
  'docs/your-application.md',
  'docs/test-runners.md',
  'labs/README.md',
  'reports/corpus/corpus.md',
  'reports/scoreboard/locks.md',
  'reports/scoreboard/caches.md',
  'reports/scoreboard/limiters.md',
  ...LABS.map((lab) => join('labs', lab, 'README.md')),
];
const TREES = ['harness', 'labs', 'test', 'bench', 'reports'];
const FILES = TREES.flatMap((tree) =>
  readdirSync(join(ROOT, tree), { recursive: true, encoding: 'utf8' }).map((path) => `/${tree}/${path}`),
);
/** Files that a reader makes, or that the last run wrote. */
const NOT_OURS =
  /^(.*\.race\.m?[jt]s|race-lab\.config\.ts|(?:(?:\.\.\/)?src\/|race\/|\.\/)[\w.]+\.(?:m?[jt]s|json)|FILE\.json|views\.(py|test\.(ts|mts|js|mjs|cjs))|.*reports\/latest\/.*|.*reports\/fault-map\.json)$/;

const scripts = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }).scripts;

/** Files of a folder that `race-lab export` writes. */
const EXPORTED = ['record.json', 'HOW-TO-REPLAY.md'];

/** What a command line prints. */
async function print(...args: string[]): Promise<string> {
  let text = '';
  const output = {
    write: (part: string) => void (text += part),
    columns: 200,
    colour: false,
    rewritable: false,
  };
  await runCli(args, { out: output, err: output, version: '', invocation: 'race-lab' } as CliContext);
  return text;
}

function codeIn(document: string): string[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  return Array.from(text.matchAll(/```.*?```|`([^`\n]+)`/gs), ([whole, inline]) => inline ?? whole);
}

describe.each(DOCUMENTS)('%s', (document) => {
  const code = codeIn(document).join('\n');

  test('names files that exist', () => {
    const named = code.match(/[\w@{}*./-]+\.(ts|mjs|md|json|py)\b/g) ?? [];
    const missing = named.filter(
      (path) =>
        !NOT_OURS.test(path) &&
        !EXPORTED.includes(path) &&
        !path.includes('*') &&
        !/[{}]/.test(path) &&
        !existsSync(join(ROOT, path)) &&
        !existsSync(join(ROOT, dirname(document), path)) &&
        !FILES.some((file) => file.endsWith(`/${path}`)),
    );
    expect(missing).toEqual([]);
  });

  test('links to what exists', () => {
    const text = readFileSync(join(ROOT, document), 'utf8');
    const links = Array.from(text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g), ([, path]) => path!);
    const local = links.filter((path) => !path.includes('://'));
    expect(local.filter((path) => !existsSync(join(ROOT, dirname(document), path)))).toEqual([]);
  });

  test('names scripts, commands and options that exist', async () => {
    const used = Array.from(code.matchAll(/npm run (?:-s )?([\w:-]+)/g), ([, name]) => name!);
    expect(used.filter((name) => !(name in scripts))).toEqual([]);
    const lines = Array.from(
      code.matchAll(/(?:npm run (?:lab|race-lab)(?: --)?|npx race-lab|^race-lab)([^\n#`]*)/gm),
      ([whole, rest]) => (whole.startsWith('npm run lab') ? ` run${rest}` : rest!),
    );
    for (const line of lines) {
      const [command, ...words] = line.trim().split(/\s+/);
      if (command === undefined || !/^[a-z]+$/.test(command)) continue;
      const help = await print(command, '--help');
      expect(help, line).toMatch(/^Usage: race-lab \w/);
      for (const option of words.filter((word) => /^--[a-z]/.test(word)))
        expect(help, line).toContain(option.replace(/=.*/, ''));
    }
  });
});

test('the reference of invariants names all that there are, as they are called', () => {
  const text = readFileSync(join(ROOT, 'docs/invariants.md'), 'utf8');
  // Each has an id of its own, which the library exports.
  const made = Object.keys(library).filter(
    (name) => name.replaceAll(/[A-Z]/g, '_$&').toUpperCase() in library,
  );
  expect(made).toContain('mutualExclusion');
  expect(made.filter((name) => !text.includes(`| \`${name}(`))).toEqual([]);
});

test('the README names what the library has', () => {
  const entries: Readonly<Record<string, object>> = {
    'redis-race-lab': library,
    'redis-race-lab/fast-check': forFastCheck,
    'redis-race-lab/lab': forLabs,
    'redis-race-lab/suite': forSuites,
  };
  const imported = Array.from(
    readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(
      /import \{ ([^}]+) \} from '(redis-race-lab[^']*)'/g,
    ),
    ([, names, entry]) => names!.split(', ').filter((name) => !(name in entries[entry!]!)),
  ).flat();
  expect(imported).toEqual([]);
  const listed = ['atMostOnce', 'mutualExclusion', 'noStuckKey', 'noKeyLeft', 'recovers', 'openSession'];
  expect(listed.filter((name) => !(name in library))).toEqual([]);
  expect(['tapes', 'holdsOn', 'races', 'Tape'].filter((name) => !(name in forFastCheck))).toEqual([]);
});

test('ARCHITECTURE names every room of the harness', () => {
  const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
  const rooms = readdirSync(join(ROOT, 'harness'), { withFileTypes: true }).filter((one) =>
    one.isDirectory(),
  );
  for (const { name } of rooms) expect(text).toContain(`\`harness/${name}/\``);
});

test('every page of docs is in its list, and the workflow in it is the one to be copied', () => {
  const list = readFileSync(join(ROOT, 'docs/README.md'), 'utf8');
  const pages = readdirSync(join(ROOT, 'docs')).filter(
    (name) => name.endsWith('.md') && name !== 'README.md',
  );
  expect(pages.filter((name) => !list.includes(`(${name})`))).toEqual([]);
  const workflow = readFileSync(join(ROOT, 'docs/workflows/races.yml'), 'utf8');
  expect(readFileSync(join(ROOT, 'docs/ci.md'), 'utf8')).toContain(`\`\`\`yaml\n${workflow}\`\`\``);
});
