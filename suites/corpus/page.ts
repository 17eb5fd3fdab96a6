/** The kept corpus as a page of Markdown. */
import { count, grouped } from '../../harness/base/text.js';
import { markdownText } from '../markdown-text.js';
import { acquireReplies } from './acquire-replies.js';
import { median } from './median.js';
import type { KeptCorpus, Measured } from './kept.js';
import type { Package, Pair } from './pairs.js';
import type { Tried } from './plain/tried.js';

const HEAD = `# Bugs that shipped

Each pair is a package as it was published with a race, and as it was published without it. Both run unchanged, in the same scenario, against the same invariant: the first
breaks it, the second holds. Made by \`npm run corpus\`, which installs the packages in \`suites/\`; nothing here is edited by hand.

How to read it:

- *Found by the lab*: executions until the invariant broke. \`auto\` is what the lab does by default; \`rotate\` is what it samples with where a search would not end. Both are the
  median over seeds 1 to 10. \`exhaustive\` draws no lots.
- *Smallest*: workers, steps, preemptions and faults that are left after shrinking. Its record is kept beside this page, and replays.
- *Fixed*: how much of the version without the bug was explored, in the same scenario. *All* means that nothing was left within the bounds, which stand below.
- *Stress*: the same workers at once on a real Redis, without the lab, in real time, round after round; how many it took. Real time decides that: it is another number each time.
- \`fc.scheduler\`: the same, with fast-check deciding when each command leaves and when its reply is heard. It has no say over timers, expiry and connections, and
  nothing but promises: with node_redis 2 only when a command leaves.
- Neither of the two makes faults, and time passes in neither but as it does: what needs a reply that is lost or late, or a lease that runs out, is seldom there to be found.
`;

/** The page. @param pairs - all that is said beside what was measured */
export function renderPage(kept: KeptCorpus, pairs: readonly Pair[]): string {
  const shown = kept.pairs.map((measured) => ({
    measured,
    pair: pairs.find(({ id }) => id === measured.id)!,
  }));
  return [
    HEAD,
    table(shown),
    ...shown.map(({ measured, pair }) => section(measured, pair)),
    acquireReplies(),
  ].join('\n');
}

interface Shown {
  readonly measured: Measured;
  readonly pair: Pair;
}

function table(shown: readonly Shown[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const columns = ['', 'bug', 'fixed in', 'breaks'];
  const found = ['`auto`', '`rotate`', '`exhaustive`', 'smallest'];
  const besides = ['fixed', 'stress', '`fc.scheduler`'];
  const middle = (of: 'auto' | 'rotate'): string =>
    String(median(shown.map(({ measured }) => median(measured.explored.buggy.found[of]))) ?? 'not found');
  return [
    row([...columns, ...found, ...besides]),
    row([...columns.map(() => '---'), ...found.map(() => '--:'), '---', '--:', '--:']),
    ...shown.map(({ measured: { id, explored, plain }, pair }) => {
      const { buggy, fixed } = explored;
      return row([
        `[${id}](#${anchor(pair)})`,
        named(pair.buggy),
        named(pair.fixed),
        buggy.invariant ?? 'nothing',
        ...[buggy.found.auto, buggy.found.rotate, buggy.found.exhaustive].map((one) =>
          medianText(one, buggy.runs),
        ),
        sizeText(buggy.minimal),
        fixedText(fixed),
        triedText(plain.stress),
        triedText(plain.scheduler),
      ]);
    }),
    '',
    `The middle one of these pairs was found in ${middle('auto')} executions by \`auto\`, in ${middle('rotate')} by \`rotate\`.`,
    '',
  ].join('\n');
}

function medianText(found: readonly (number | null)[], runs: number): string {
  const middle = median(found);
  return middle === null ? `not in ${grouped(runs)}` : String(middle);
}

function sizeText(size: Measured['explored']['buggy']['minimal']): string {
  return size === null ? '' : `${size.workers}w ${size.steps}s ${size.preemptions}p ${size.faults}f`;
}

function fixedText({ verdict, complete, executions }: Measured['explored']['fixed']): string {
  return verdict === 'holds' ? `holds, ${complete ? 'all ' : ''}${grouped(executions)}` : verdict;
}

function triedText(tried: Tried | null): string {
  if (tried === null) return 'ended';
  return tried.found === null ? `not in ${grouped(tried.rounds)}` : grouped(tried.rounds);
}

function named({ package: name, version }: Package): string {
  return `${name} ${version}`;
}

function heading({ id, buggy, fixed }: Pair): string {
  return `${id}: ${named(buggy)}, ${named(fixed)}`;
}

/** As GitHub makes it of a heading. */
function anchor(pair: Pair): string {
  return heading(pair)
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function section({ explored, record, plain, measuredOn, server, node }: Measured, pair: Pair): string {
  const { buggy, fixed } = explored;
  const { auto, rotate, exhaustive } = buggy.found;
  const client = pair.client === undefined ? '' : ` Client: ${named(pair.client)}.`;
  const kept = record === null ? '' : ` ([record](${record}))`;
  const again =
    buggy.reproduced === null ? '' : `, reproduced ${buggy.reproduced.times}/${buggy.reproduced.of}`;
  return [
    `## ${heading(pair)}`,
    '',
    `${pair.what} Reported: [${pair.source.title}](${pair.source.link}).${client} [Race file](../../${pair.file}).`,
    ...(pair.note === undefined ? [] : ['', pair.note]),
    '',
    `- ${named(pair.buggy)} ${buggy.verdict}: ${markdownText(buggy.message)}${kept}${again}.`,
    `- Found after so many executions: \`auto\` ${listed(auto)}; \`rotate\` ${listed(rotate)}; \`exhaustive\` ${listed(exhaustive)} (${grouped(buggy.runs)} at most).`,
    `- ${named(pair.fixed)} ${fixed.verdict}: ${markdownText(fixed.explored)}.`,
    `- Stress: ${inWords(plain.stress, 'round')}.`,
    `- \`fc.scheduler\`: ${inWords(plain.scheduler, 'run')}.`,
    `- Measured on ${measuredOn}, ${server}, Node ${node}.`,
    '',
  ].join('\n');
}

function listed(found: readonly (number | null)[]): string {
  return found.map((one) => one ?? 'not found').join(', ');
}

function inWords(tried: Tried | null, unit: string): string {
  if (tried === null) return 'it did not end, and was ended';
  const { found, rounds, ms, most, limitMs } = tried;
  const seconds = `${(ms / 1000).toFixed(1)} s`;
  if (found !== null) return `"${found}" broke in ${unit} ${grouped(rounds)}, after ${seconds}`;
  const bound = `${grouped(most)} ${unit}s and ${limitMs / 1000} s at most`;
  return `nothing in ${count(rounds, unit)}, ${seconds} (${bound})`;
}
