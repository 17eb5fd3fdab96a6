/** The kept scoreboard as a page of Markdown. */
import { listed } from '../../harness/base/text.js';
import type { ScoreboardEntry } from '../../harness/suite/scoreboard/data.js';
import { HAZARD_MARKS } from '../../harness/suite/scoreboard/marks.js';
import { markdownText } from '../markdown-text.js';
import type { Board, KeptScoreboard, Measured } from './kept.js';
import { boardOf, type Library } from './libraries.js';
import { headOf, NOT_RUN } from './words.js';

/** The page. @param libraries - all that is said beside what was measured */
export function renderPage(board: Board, { suites }: KeptScoreboard, libraries: readonly Library[]): string {
  const shown = suites.map((suite) => ({
    suite,
    library: libraries.find(({ name }) => name === suite.name)!,
  }));
  return [
    headOf(board),
    table(suites),
    ...shown.map(({ suite, library }) => section(library, suite)),
    NOT_RUN[board],
    ...measuredBefore(suites),
    ...notMeasured(board, suites, libraries),
    demands(suites),
  ].join('\n');
}

function table(suites: readonly Measured[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    row(['hazard', ...suites.map(({ name }) => name)]),
    row(['---', ...suites.map(() => ':-:')]),
    ...hazardsIn(suites).map(({ hazard }) =>
      row([
        `\`${hazard}\``,
        ...suites.map(({ results }) => mark(results.find((result) => result.hazard === hazard))),
      ]),
    ),
    '',
  ].join('\n');
}

function mark(entry: ScoreboardEntry | undefined): string {
  return entry === undefined ? 'not run' : HAZARD_MARKS[entry.outcome];
}

function section(library: Library, { results, measuredOn, server, node }: Measured): string {
  const of = (wanted: ScoreboardEntry['outcome']): readonly ScoreboardEntry[] =>
    results.filter(({ outcome }) => outcome === wanted);
  return [
    `## ${library.name}: ${library.package} ${library.version}`,
    '',
    `It promises: ${library.promise} ([source](${library.link})). Used: ${library.used}. Measured on ${measuredOn}, ${server}, Node ${node}. ` +
      `[Adapter](../../${library.file}).`,
    '',
    ...of('fail').map(
      ({ hazard, why, record }) =>
        `- ✗ \`${hazard}\`: ${markdownText(why)} ([record](${record}))${because(library, hazard)}`,
    ),
    ...of('unknown').map(({ hazard, why }) => `- ? \`${hazard}\`: ${markdownText(why)}`),
    ...of('pass').map(({ hazard, why }) => `- ✓ \`${hazard}\`: ${markdownText(why)}`),
    ...of('not applicable').map(({ hazard, why }) => `- – \`${hazard}\`: ${markdownText(why)}`),
    '',
  ].join('\n');
}

function because({ because }: Library, hazard: string): string {
  const reason = because[hazard];
  return reason === undefined ? '' : `\n  In its source: ${reason}`;
}

function demands(suites: readonly Measured[]): string {
  const lines = hazardsIn(suites).map(
    ({ hazard, title, demands }) => `- \`${hazard}\`: ${title}. ${demands}`,
  );
  return ['## What is demanded', '', ...lines, ''].join('\n');
}

/** Which were measured by an older suite: dates alone do not say so. */
function measuredBefore(suites: readonly Measured[]): string[] {
  const all = hazardsIn(suites).map(({ hazard }) => hazard);
  const older = suites.filter(({ results }) =>
    all.some((id) => results.every(({ hazard }) => hazard !== id)),
  );
  if (older.length === 0) return [];
  const names = listed(older.map(({ name }) => `\`${name}\``));
  return [
    `Measured by the hazards as they were before, some of which are sharper now, and without those that say *not run*: ${names}.`,
    '',
  ];
}

/** Which have an adapter, and nothing was measured of. */
function notMeasured(board: Board, suites: readonly Measured[], libraries: readonly Library[]): string[] {
  const without = libraries.filter(
    (library) => boardOf(library) === board && suites.every(({ name }) => name !== library.name),
  );
  const names = without.map(({ name, package: from }) => `\`${name}\` (${from})`);
  return names.length === 0 ? [] : [`With an adapter, and not measured yet: ${listed(names)}.`, ''];
}

/** Every hazard that was tried, as it was called then. */
function hazardsIn(suites: readonly Measured[]): ScoreboardEntry[] {
  const found = new Map<string, ScoreboardEntry>();
  for (const entry of suites.flatMap(({ results }) => results))
    if (!found.has(entry.hazard)) found.set(entry.hazard, entry);
  return [...found.values()];
}
