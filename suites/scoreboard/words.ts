/** What the pages of the scoreboards say beside what was measured. */
import type { Board } from './kept.js';

const TITLES: Readonly<Record<Board, string>> = {
  locks: 'Published locks, on one node',
  caches: 'Published caches',
  limiters: 'Published rate limiters',
};

const SUITES: Readonly<Record<Board, string>> = {
  locks: 'lockSuite',
  caches: 'cacheSuite',
  limiters: 'limiterSuite',
};

/** How to read it, beside what is said of every board. */
const OWN: Readonly<Record<Board, string>> = {
  locks: `- Every lock ran against **one** Redis. Several of these are made for several independent nodes: what they promise there was not run.
- Waiting for a lock was tried with a retry every 200 ms in every library, so that they can be compared, not with the default of each.
`,
  caches: `- Where a cache does not say that it does something (loading once for all processes, say), the hazard about that does not apply to it.
- Every cache is told of a change after the source of truth has it: the source is changed, and then the entry is deleted, as their documentations have it.
`,
  limiters: `- Each admits 2 in a second. One that answers with an error says neither yes nor no, and is not blamed for that, but where an answer is demanded.
`,
};

/** Everything before the table. */
export function headOf(board: Board): string {
  return `# ${TITLES[board]}

What \`${SUITES[board]}\` ([docs](../../docs/suites.md)) says of libraries as they are published, unchanged. Made by \`npm run scoreboard\`, which installs them in \`suites/\`; nothing here is
edited by hand. Each adapter is a file of under 25 lines in \`suites/${board}/\`.

How to read it:

- A suite demands more than most of these libraries promise. A ✗ says that one schedule exists in which something that the suite demands does not hold; it
  says nothing of how often that happens, nor that a library is not good for what it promises. What each promises stands below.
- A ✓ holds for what was explored, which stands below: all schedules, or those with at most so many preemptions.
- –: the hazard does not apply. ?: nobody can tell, for a reason that stands below.
- Each ✗ was reproduced 20 times when it was found, then replayed 20 times from its record, and its cause was looked up in the source of the library.
- Each library has the date, the Redis and the Node of its own measurement.
${OWN[board]}`;
}

/** What nobody should take as measured. */
export const NOT_RUN: Readonly<Record<Board, string>> = {
  locks: `## What was not run

- Locks on several nodes, what a library offers above acquire, release and extend (\`using\`, extensions by itself, batches), and other clients than the ones named.
- \`mutexRefreshed\` has schedules in which a lock is never given back, so that its refresh goes on for ever: they are given up after 200 steps, hence its ?.

Libraries on Bluebird, which has one queue a process, and ioredis-lock, whose names for holders come from the state of a module, got in \`suites/locks/\` what several processes
have by themselves: workers stand for processes, and share one here.
`,
  caches: `## What was not run

- Caches that keep entries in the process without a bus, tags, batches, grace periods, background refreshes, and other clients than the ones named.
- Loading once for all processes: none of these says that it does.

Workers stand for processes, and share one here: cacheable, which keeps what is being loaded in a module, and the bus of bentocache, whose names come from a count in a
module, got in \`suites/caches/\` what several processes have by themselves.
`,
  limiters: `## What was not run

- Blocks, penalties, insurance limiters, dynamic limits, and other clients than the ones named.
- The scripts of @upstash/ratelimit begin with a flag that only the Redis of Upstash knows: a plain Redis refuses them. They ran without that line, which the adapter
  takes off; everything else is as published.
`,
};
