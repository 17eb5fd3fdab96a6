import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { harmless, pad, widthOf, wrap } from '../../base/text.js';
import { TOOL_NAME } from '../../record/tool.js';
import { writeWhole } from '../../record/write.js';
import type { CliContext } from '../context/context.js';
import { EXIT } from '../context/errors.js';
import { withScripts } from './manifest.js';
import { ownClient } from './own-clients.js';
import { lookAt, type FoundProject } from './project.js';
import { additionsFor, type Additions, type NewFile, type NewScript } from './templates.js';

/** Options of `race-lab init`. @internal */
export interface InitFlags {
  /** Say what would be done, and do nothing. */
  readonly dryRun?: boolean;
}

interface Line {
  readonly what: string;
  readonly more: string;
}

/**
 * Puts a first scenario, a test and scripts into the project of a folder. What is there stays as it is. @returns the exit code
 *
 * @param cwd - the folder
 * @throws UsageError where there is no project, RecordError where nothing can be written
 * @internal
 */
export async function init(context: CliContext, cwd: string, { dryRun = false }: InitFlags): Promise<number> {
  const project = lookAt(cwd);
  const additions = additionsFor(project);
  const [, testScript] = additions.scripts;
  const scenario = await putFile(cwd, additions.scenario, dryRun);
  // The test is of our scenario, and of no other.
  const lines = scenario.isOurs
    ? [
        scenario.line,
        (await putFile(cwd, additions.test, dryRun)).line,
        ...(await putScripts(cwd, project, additions.scripts, dryRun)),
      ]
    : [
        scenario.line,
        {
          what: `left out ${additions.test.path}`,
          more: `and script "${testScript.name}": they are for another scenario`,
        },
        ...(await putScripts(cwd, project, [additions.scripts[0]], dryRun)),
      ];
  const print = (text: string): void => context.out.write(`${text}\n`);
  columns(lines, context.out.columns).forEach(print);
  if (dryRun) print('nothing was done: this was a dry run');
  else nextSteps(context, cwd, project, additions, scenario.isOurs).forEach(print);
  return EXIT.asExpected;
}

/** A file of that name is left alone, whatever its ending: somebody has a first scenario already. */
async function putFile(
  cwd: string,
  { path, text, what }: NewFile,
  dryRun: boolean,
): Promise<{ readonly line: Line; readonly isOurs: boolean }> {
  const there = sameName(cwd, path);
  if (there !== undefined) {
    const isOurs = there === path && readFileSync(join(cwd, there), 'utf8') === text;
    return { line: { what: `left ${there}`, more: 'it is there already' }, isOurs };
  }
  if (!dryRun) await writeWhole(join(cwd, path), text);
  return { line: { what: `${dryRun ? 'would put' : 'put'} ${path}`, more: what }, isOurs: true };
}

function sameName(cwd: string, path: string): string | undefined {
  const [folder = '', name = ''] = path.split('/');
  if (!existsSync(join(cwd, folder))) return undefined;
  const stem = name.replace(/\.[^.]+$/, '.');
  const there = readdirSync(join(cwd, folder)).find((one) => one.startsWith(stem));
  return there === undefined ? undefined : `${folder}/${there}`;
}

async function putScripts(
  cwd: string,
  { manifest, scripts }: FoundProject,
  wanted: readonly NewScript[],
  dryRun: boolean,
): Promise<Line[]> {
  const missing = wanted.filter(({ name }) => scripts[name] === undefined);
  if (!dryRun && missing.length > 0)
    await writeWhole(join(cwd, 'package.json'), withScripts(manifest, missing));
  return wanted.map(({ name, command }) =>
    missing.some((one) => one.name === name)
      ? { what: `${dryRun ? 'would put' : 'put'} script "${name}"`, more: command }
      : { what: `left script "${name}"`, more: harmless(String(scripts[name])) },
  );
}

function nextSteps(
  { out, invocation }: CliContext,
  cwd: string,
  { hasLab }: FoundProject,
  { scenario, test }: Additions,
  isOurs: boolean,
): string[] {
  const steps: Line[] = [
    ...(hasLab ? [] : [{ what: `npm install -D ${TOOL_NAME}`, more: 'the files import it' }]),
    {
      what: `${invocation} run`,
      more: isOurs ? `shows the race; ${scenario.path} says how to mend it` : 'runs what is there',
    },
    ...(isOurs ? [{ what: 'npm run race:test', more: `${test.path}: the same as a test` }] : []),
  ];
  const client = ownClient(cwd);
  const about =
    client === undefined
      ? []
      : [
          '',
          ...wrap(
            `${harmless(client)} makes a client when it is loaded. For code that uses it, import that client and give it to the scenario, scenario({ app: { clients: [client] }, … }): it is the lab's then while scenarios run`,
            out.columns,
          ),
        ];
  return ['', 'next:', ...columns(steps, out.columns).map((line) => `  ${line}`), ...about];
}

function columns(lines: readonly Line[], width: number): string[] {
  const left = Math.max(...lines.map(({ what }) => widthOf(what)));
  return lines.flatMap(({ what, more }) => {
    const [first = '', ...rest] = wrap(more, Math.max(20, width - left - 4));
    return [`${pad(what, left)}  ${first}`, ...rest.map((text) => `${' '.repeat(left)}  ${text}`)];
  });
}
