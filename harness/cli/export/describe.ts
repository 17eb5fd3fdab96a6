import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { harmless } from '../../base/text.js';
import type { RaceRecord } from '../../record/format.js';
import { TOOL_NAME } from '../../record/tool.js';
import { renderFailure } from '../../report/print/failure.js';
import { COLUMNS_IN_FILES } from '../../report/text/layout.js';
import { scenarioName, setupText } from '../../report/text/run-text.js';
import { presentable } from '../../report/text/presentable.js';
import { UsageError } from '../context/errors.js';
import { nearestManifest } from '../context/nearest-manifest.js';

/** How it is replayed. @internal */
export const HOW_NAME = 'HOW-TO-REPLAY.md';

/** Anything else would have npm install what somebody else chose. */
const VERSION = /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/;
/** How a source names a package. */
const NAMED = /(?:from|import|import\(|require\()\s*['"]((?:@[^/'"]+\/)?[^./'"][^/'"]*)/g;

/**
 * What stands beside a record that is handed on: what it is and how it is replayed, and which packages it takes.
 *
 * @param cwd - the project
 * @param sources - what is handed on
 * @returns texts, by the names of their files; none of which is one of the sources
 * @throws UsageError for a version that is none, and where the project's own package.json cannot be read
 * @internal
 */
export async function describeExport(
  record: RaceRecord,
  cwd: string,
  sources: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  if (!VERSION.test(record.tool.version))
    throw new UsageError(
      `the record says that it was made with version ${harmless(record.tool.version)}, which is none: it is not exported`,
    );
  const manifest = { private: true, ...(await packagesOf(record, cwd, sources)) };
  const files = new Map([[HOW_NAME, readme(record)]]);
  if (!sources.has('package.json')) files.set('package.json', `${JSON.stringify(manifest, undefined, 2)}\n`);
  return files;
}

async function packagesOf(
  { tool }: RaceRecord,
  cwd: string,
  sources: ReadonlyMap<string, string>,
): Promise<{ type?: string; dependencies: Record<string, string> }> {
  const own = nearestManifest(cwd);
  const manifest = own === undefined ? {} : await manifestIn(own);
  const known = { ...manifest.devDependencies, ...manifest.dependencies };
  const named = Array.from(sources.values(), (text) =>
    Array.from(text.matchAll(NAMED), ([, name]) => name!),
  ).flat();
  const names = [...new Set(named)].filter(
    (name) => Object.hasOwn(known, name) && !builtinModules.includes(name),
  );
  const dependencies = Object.fromEntries(names.sort().map((name) => [name, known[name]!]));
  return {
    // Says what the endings of sources mean.
    ...(manifest.type === undefined ? {} : { type: manifest.type }),
    dependencies: { ...dependencies, [TOOL_NAME]: tool.version },
  };
}

interface Manifest {
  readonly type?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

async function manifestIn(file: string): Promise<Manifest> {
  try {
    return (JSON.parse(await readFile(file, 'utf8')) ?? {}) as Manifest;
  } catch (error) {
    throw new UsageError(
      `cannot tell which packages the sources take: ${file} is no JSON (${harmless((error as Error).message)})`,
      { cause: error },
    );
  }
}

function readme(whole: RaceRecord): string {
  const record = presentable(whole);
  const { tool, file } = record;
  return `# ${scenarioName(record)}

Made with ${tool.name} ${tool.version}: ${setupText(record)}.

\`\`\`
npm install
npx race-lab show record.json     what was found; runs nothing
npx race-lab replay .             runs it again: ${file === undefined ? 'a lab of the package' : `this loads ${file.path}, so look at it first`}
\`\`\`

${fenced(renderFailure(record, { columns: COLUMNS_IN_FILES }))}
`;
}

/** Between fences that nothing in the text can end. */
function fenced(text: string): string {
  const longest = Math.max(3, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
