import type { SuiteLock } from '../../adapters/suite-adapter.js';
import type { Hazard, HazardText } from '../hazard.js';

/** What can go wrong on several nodes only, by name: until the lab runs several, nobody can tell. */
const NAMED: readonly Omit<HazardText, 'lesson'>[] = [
  {
    id: 'failover',
    title: 'the master dies before its replica has heard of the lock',
    demands:
      'Who gets the lock from the replica is the only one that has it, or gets a higher fencing token.',
  },
  {
    id: 'minority',
    title: 'only a minority of the nodes can be reached',
    demands: 'Nobody gets the lock there, and what was taken on these nodes is given back.',
  },
  {
    id: 'node-without-data',
    title: 'one of the nodes starts again without its data',
    demands: 'A lock that was given by a majority is not given again while its lease lasts.',
  },
  {
    id: 'node-clocks',
    title: 'the clocks of the nodes run at different speeds',
    demands: 'A holder believes in its lease no longer than the fastest node of its majority.',
  },
  {
    id: 'split-votes',
    title: 'several ask at once, and each gets some of the nodes',
    demands: 'Whoever gets no majority gives back what it got, and somebody gets the lock.',
  },
];

/** Hazards for locks on several nodes. @internal */
export const SEVERAL_NODES: readonly Hazard<SuiteLock>[] = NAMED.map((text) => ({
  ...text,
  lesson: undefined,
  unless: () => 'it takes several nodes, and the lab runs one',
  situation: () => {
    throw new Error(`"${text.id}" has no scenario yet`);
  },
}));
