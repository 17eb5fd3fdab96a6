/** Scoreboards for the terminal and for Markdown. */
import { count, harmless, pad, widthOf, wrap } from '../../base/text.js';
import type { View } from '../../report/text/layout.js';
import { painterFor } from '../../report/text/painter.js';
import { outcomesOf, type HazardOutcome, type HazardResult, type SuiteResult } from '../run/result.js';
import { HAZARD_MARKS } from './marks.js';

/** A scoreboard narrower than this is not readable. */
const WHY_MIN = 24;

/** A result as a line that fits the terminal, or as several. @param idWidth - of the column of ids @internal */
export function hazardLines(
  { hazard, outcome, why }: HazardResult,
  { columns, colour }: View,
  idWidth: number,
  known = false,
): string[] {
  const paint = painterFor({ colour });
  const painted = { pass: paint.green, fail: paint.red, unknown: paint.yellow, 'not applicable': paint.dim }[
    outcome
  ];
  const indent = ' '.repeat(idWidth + 4);
  const text = `${outcome === 'pass' ? '' : `${outcome}${known ? ', known' : ''}: `}${harmless(why)}`;
  const [first = '', ...rest] = wrap(text, Math.max(WHY_MIN, columns - idWidth - 4));
  return [
    `${painted(HAZARD_MARKS[outcome])} ${pad(hazard.id, idWidth)}  ${first}`,
    ...rest.map((line) => `${indent}${line}`),
  ];
}

/** Width of the column of ids. @internal */
export function idWidthOf(ids: readonly string[]): number {
  return Math.max(0, ...ids.map((id) => widthOf(id)));
}

/** `12 pass, 2 fail, 3 not applicable`. @internal */
export function tallyOf(results: readonly HazardResult[]): string {
  const counts = outcomesOf(results);
  const parts = (Object.keys(counts) as HazardOutcome[]).filter((one) => counts[one] > 0 || one === 'pass');
  return parts.map((one) => `${counts[one]} ${one}`).join(', ');
}

/**
 * A scoreboard as it stands in a terminal: a line for each hazard, and the sum.
 *
 * @param result - what the suite came to
 * @param view - how wide it may be, and whether it may have colours; default: 80 columns without colours
 * @example
 * ```ts
 * import { lockAdapter, renderScoreboard, runSuite } from 'redis-race-lab/suite';
 *
 * const plain = lockAdapter({
 *   acquire: async ({ client, key, ttlMs }) => client.set(key, 'taken', 'PX', ttlMs, 'NX'),
 *   release: async (_, { client, key }) => (await client.del(key)) === 1,
 * });
 * console.log(renderScoreboard(await runSuite('plain DEL', plain, { only: ['contention'] })));
 * ```
 * @public
 */
export function renderScoreboard(
  { name, suite, results }: SuiteResult,
  view: { readonly columns?: number; readonly colour?: boolean } = {},
): string {
  const { columns = 80, colour = false } = view;
  const idWidth = idWidthOf(results.map(({ hazard }) => hazard.id));
  return [
    `${harmless(name)} (${suite})`,
    ...results.flatMap((result) => hazardLines(result, { columns, colour }, idWidth)),
    `${count(results.length, 'hazard')}: ${tallyOf(results)}`,
  ].join('\n');
}

/** Scoreboards as a table for each suite. @internal */
export function renderMarkdown(suites: readonly SuiteResult[], known: ReadonlySet<string>): string {
  return suites
    .map(({ name, suite, results }) =>
      [
        `## ${cell(name)} (${suite})`,
        '',
        `${count(results.length, 'hazard')}: ${tallyOf(results)}.`,
        '',
        '| | hazard | demands | came to |',
        '| --- | --- | --- | --- |',
        ...results.map(({ hazard, outcome, why }) => {
          const shown = known.has(`${name}/${hazard.id}`) ? `${outcome}, known` : outcome;
          const cells = [
            HAZARD_MARKS[outcome],
            `\`${hazard.id}\`: ${cell(hazard.title)}`,
            cell(hazard.demands),
          ];
          return `| ${[...cells, `**${shown}**: ${cell(why)}`].join(' | ')} |`;
        }),
        '',
      ].join('\n'),
    )
    .join('\n');
}

/** Text as it may stand in a cell of Markdown. */
function cell(text: string): string {
  return harmless(text)
    .replaceAll('\n', ' ')
    .replaceAll(/[\\|<>`*_[\]]/g, String.raw`\$&`);
}
