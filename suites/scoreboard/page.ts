/** The kept scoreboard as a page of Markdown. */
import type { ScoreboardEntry } from '../../harness/suite/scoreboard/data.js';
import { HAZARD_MARKS } from '../../harness/suite/scoreboard/marks.js';
import type { KeptScoreboard, Measured } from './kept.js';
import type { Library } from './libraries.js';

const HEAD = `# Published locks, on one node

What \`lockSuite\` ([docs](../../docs/suites.md)) says of libraries as they are published, unchanged. Made by \`npm run scoreboard\`, which installs them in \`suites/\`; nothing here is
edited by hand. Each adapter is a file of under 15 lines in \`suites/locks/\`.

How to read it:

- A suite demands more than most of these libraries promise. A ✗ says that one schedule exists in which something that the suite demands does not hold; it
  says nothing of how often that happens, nor that a library is not good for what it promises. What each promises stands below.
- A ✓ holds for what was explored, which stands below: all schedules, or those with at most so many preemptions.
- –: the hazard does not apply. ?: nobody can tell, for a reason that stands below.
- Every lock ran against **one** Redis. Several of these are made for several independent nodes: what they promise there was not run.
- Each ✗ was reproduced 20 times when it was found, then replayed 20 times from its record, and its cause was looked up in the source of the library.
- Waiting for a lock was tried with a retry every 200 ms in every library, so that they can be compared, not with the default of each.
`;

const NOT_RUN = `## What was not run

- Locks on several nodes, what a library offers above acquire, release and extend (\`using\`, extensions by itself, batches), and other clients than the ones named.
- A clock that is wrong before a lock is asked for: in \`clock-skew\` it is put ahead or back while a command is under way. The semaphore of redis-semaphore sends the time
  of its user with each call, and its ✓ there says nothing of users whose clocks differ from the start.
- \`mutexRefreshed\` has schedules in which a lock is never given back, so that its refresh goes on for ever: they are given up after 200 steps, hence its ?.
- Hazards that came to the suite after these were measured, among them \`retry-storm\` and \`fairness\`.
- The job lock of BullMQ, caches and limiters.

Libraries on Bluebird, which has one queue a process, and ioredis-lock, whose names for holders come from the state of a module, got in \`suites/locks/\` what several processes
have by themselves: workers stand for processes, and share one here.
`;

/** The page. @param libraries - all that is said beside what was measured */
export function renderPage({ suites }: KeptScoreboard, libraries: readonly Library[]): string {
  const shown = suites.map((suite) => ({
    suite,
    library: libraries.find(({ name }) => name === suite.name)!,
  }));
  return [
    HEAD,
    table(suites),
    ...shown.map(({ suite, library }) => section(library, suite)),
    NOT_RUN,
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
        `- ✗ \`${hazard}\`: ${text(why)} ([record](${record}))${because(library, hazard)}`,
    ),
    ...of('unknown').map(({ hazard, why }) => `- ? \`${hazard}\`: ${text(why)}`),
    ...of('pass').map(({ hazard, why }) => `- ✓ \`${hazard}\`: ${text(why)}`),
    ...of('not applicable').map(({ hazard, why }) => `- – \`${hazard}\`: ${text(why)}`),
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

/** Every hazard that was tried, as it was called then. */
function hazardsIn(suites: readonly Measured[]): ScoreboardEntry[] {
  const found = new Map<string, ScoreboardEntry>();
  for (const entry of suites.flatMap(({ results }) => results))
    if (!found.has(entry.hazard)) found.set(entry.hazard, entry);
  return [...found.values()];
}

/** Text that Markdown shows as it is. */
function text(words: string): string {
  return words.replaceAll('\n', ' ').replaceAll(/[\\<>*_[\]]/g, String.raw`\$&`);
}
