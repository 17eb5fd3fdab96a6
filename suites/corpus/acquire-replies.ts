/** The two ways in which the answer to acquire goes wrong: what was seen of each library by hand, beside what the scoreboard keeps. */
import { readFileSync } from 'node:fs';
import type { ScoreboardEntry } from '../../harness/suite/scoreboard/data.js';
import { HAZARD_MARKS } from '../../harness/suite/scoreboard/marks.js';
import { readKeptScoreboard } from '../scoreboard/kept.js';

/** What was seen by hand: one fault, done once by hand, ioredis 5.10.0 with its defaults. */
interface ByHand {
  readonly library: string;
  /** As it is called on the scoreboard. */
  readonly adapter: string;
  /** The acquire runs, its reply is lost, the connection is reset, the client sends it again. */
  readonly lost: string;
  /** The key afterwards. */
  readonly left: string;
  /** The reply arrives after the lease, and somebody else has the lock. */
  readonly late: string;
}

const ROWS = JSON.parse(
  readFileSync(new URL('acquire-replies.json', import.meta.url), 'utf8'),
) as readonly ByHand[];

const HEAD = `## The answer to acquire: lost, and late

What was seen of each library by hand, one schedule each, with ioredis 5.10.0, beside what the hazards \`lost-acquire-reply\` and \`late-acquire-reply\` of the suite found in all
schedules within their bounds. The latter is read from the [scoreboard](../scoreboard/locks.md).
`;

/** As a table of Markdown. */
export function acquireReplies(): string {
  const suites = readKeptScoreboard('locks')?.suites ?? [];
  const measured = (adapter: string, hazard: string): string => {
    const suite = suites.find(({ name }) => name === adapter);
    if (suite === undefined) return 'not on the scoreboard';
    return outcomeText(suite.results.find((result) => result.hazard === hazard));
  };
  return [
    HEAD,
    '| library | lost, by hand | key afterwards | lost, measured | late, by hand | late, measured |',
    '| --- | --- | --- | --- | --- | --- |',
    ...ROWS.map(
      ({ library, adapter, lost, left, late }) =>
        `| ${[library, lost, left, measured(adapter, 'lost-acquire-reply'), late, measured(adapter, 'late-acquire-reply')].join(' | ')} |`,
    ),
    '',
  ].join('\n');
}

function outcomeText(entry: ScoreboardEntry | undefined): string {
  if (entry === undefined) return 'not run';
  const { outcome, invariant, record } = entry;
  const what = invariant === null ? outcome : `breaks "${invariant}"`;
  return `${HAZARD_MARKS[outcome]} ${record === null ? what : `[${what}](../scoreboard/${record})`}`;
}
