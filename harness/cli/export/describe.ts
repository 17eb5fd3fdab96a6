import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import type { RaceRecord } from '../../record/format.js';
import { renderFailure } from '../../report/print/failure.js';
import { COLUMNS_IN_FILES } from '../../report/text/layout.js';
import { scenarioName, setupText } from '../../report/text/run-text.js';
import { nearestManifest } from '../context/nearest-manifest.js';

/** How a source names a package. */
const NAMED = /(?:from|import|import\(|require\()\s*['"]((?:@[^/'"]+\/)?[^./'"][^/'"]*)/g;

/**
 * What stands beside a record that is handed on: what it is and how it is replayed, and which packages it takes.
 *
 * @param cwd - the project
 * @param sources - what is handed on
 * @returns texts, by the names of their files; none of which is one of the sources
 * @internal
 */
export async function describeExport(
  record: RaceRecord,
  cwd: string,
  sources: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const manifest = { private: true, ...(await packagesOf(record, cwd, sources)) };
  const files = new Map([['HOW-TO-REPLAY.md', readme(record)]]);
  if (!sources.has('package.json')) files.set('package.json', `${JSON.stringify(manifest, undefined, 2)}\n`);
  return files;
}

async function packagesOf(
  { tool }: RaceRecord,
  cwd: string,
  sources: ReadonlyMap<string, string>,
): Promise<{ type?: string; dependencies: Record<string, string> }> {
  const own = nearestManifest(cwd);
  const manifest = own === undefined ? {} : (JSON.parse(await readFile(own, 'utf8')) as Manifest);
  const known = { ...manifest.devDependencies, ...manifest.dependencies };
  const named = Array.from(sources.values(), (text) =>
    Array.from(text.matchAll(NAMED), ([, name]) => name!),
  ).flat();
  const names = [...new Set(named)].filter(
    (name) => known[name] !== undefined && !builtinModules.includes(name),
  );
  const dependencies = Object.fromEntries(names.sort().map((name) => [name, known[name]!]));
  return {
    // Says what the endings of sources mean.
    ...(manifest.type === undefined ? {} : { type: manifest.type }),
    dependencies: { ...dependencies, [tool.name]: tool.version },
  };
}

interface Manifest {
  readonly type?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function readme(record: RaceRecord): string {
  const { tool, file } = record;
  const fence = '````';
  return `# ${scenarioName(record)}

Made with ${tool.name} ${tool.version}: ${setupText(record)}.

\`\`\`
npm install
npx race-lab show record.json     what was found; runs nothing
npx race-lab replay .             runs it again: ${file === undefined ? 'a lab of the package' : `this loads ${file.path}, so look at it first`}
\`\`\`

${fence}
${renderFailure(record, { columns: COLUMNS_IN_FILES })}
${fence}
`;
}
