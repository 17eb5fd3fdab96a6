/** A timeline as a picture: how long each request took, how many there were, and how many waited to be accepted. */
import { endOf, type Attempt } from '../timeline/attempt.js';
import type { Stall } from '../timeline/diagnose.js';
import { crosses, dots, element, label, placed, steps, ticks, type Scale } from './svg.js';

/** What is shown. */
export interface Pictured {
  readonly title: string;
  readonly attempts: readonly Attempt[];
  /** What the diagnosis found. */
  readonly found?: Stall | undefined;
  /** When the server really stood still, where that is known. */
  readonly stall?: { readonly from: number; readonly until: number } | undefined;
  /** Length of the accept queue over time, and what fits in. */
  readonly queue?:
    { readonly samples: readonly (readonly [number, number])[]; readonly most: number } | undefined;
}

const WIDTH = 900;
const LEFT = 70;
const RIGHT = WIDTH - 20;
const PANEL = 150;
const GAP = 45;
const TOP = 60;
/** Requests are counted in steps of this width, in ms. */
const STEP_MS = 50;
const INK = {
  text: '#222',
  axis: '#999',
  good: '#0b6e99',
  bad: '#c1361b',
  shade: '#f2d9a6',
  found: '#6b4a00',
};

interface Panel {
  readonly name: string;
  readonly largest: number;
  readonly marks: (y: Scale) => string[];
}

/** Draws it. The same timeline gives the same picture, byte for byte. */
export function drawTimeline(pictured: Pictured): string {
  const { title, attempts, found, stall, queue } = pictured;
  const last = attempts.reduce((end, one) => Math.max(end, one.at, endOf(one) ?? 0), 1);
  const x: Scale = { from: [0, last], to: [LEFT, RIGHT] };
  const panels = [
    tookPanel(attempts, x),
    countPanel(attempts, x, last),
    ...(queue === undefined || queue.samples.length === 0 ? [] : [queuePanel(queue, x)]),
  ];
  const height = TOP + panels.length * (PANEL + GAP);
  const bottom = height - GAP;
  const shade = stall === undefined ? [] : [band(stall, x, bottom)];
  const edges = found === undefined ? [] : [found.from, found.until].map((at) => edge(placed(at, x), bottom));
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${height}`,
      'font-family': 'sans-serif',
      'font-size': 12,
      fill: INK.text,
      role: 'img',
    },
    [
      element('rect', { width: WIDTH, height, fill: '#fff' }),
      label(title, LEFT, 22, { 'font-size': 15, 'font-weight': 'bold' }),
      label(legendOf(pictured), LEFT, 42),
      ...shade,
      ...panels.flatMap((panel, at) => drawPanel(panel, TOP + at * (PANEL + GAP), x)),
      ...edges,
    ],
  )}\n`;
}

function legendOf({ found, stall }: Pictured): string {
  const ms = ({ from, until }: { from: number; until: number }): string => `${Math.round(until - from)} ms`;
  return [
    ...(stall === undefined ? [] : [`shaded: the server stood still (${ms(stall)})`]),
    ...(found === undefined ? [] : [`dashed: what the clients’ view alone tells (${ms(found)})`]),
    '• answered, × failed',
  ].join(' · ');
}

function drawPanel({ name, largest, marks }: Panel, top: number, x: Scale): string[] {
  const values = ticks(largest);
  const y: Scale = { from: [0, values.at(-1)!], to: [top + PANEL, top + 12] };
  return [
    label(name, LEFT, top + 4, { 'font-weight': 'bold' }),
    ...values.flatMap((value) => [
      element('path', { d: `M${LEFT} ${placed(value, y)}H${RIGHT}`, stroke: INK.axis, 'stroke-width': 0.3 }),
      label(String(value), LEFT - 6, placed(value, y) + 4, { 'text-anchor': 'end' }),
    ]),
    ...ticks(x.from[1])
      .filter((value) => value <= x.from[1])
      .map((value) => label(`${value} ms`, placed(value, x), top + PANEL + 16, { 'text-anchor': 'middle' })),
    ...marks(y),
  ];
}

function path(d: string, stroke: string, width: number): string {
  return element('path', { d, stroke, 'stroke-width': width, 'stroke-linecap': 'round', fill: 'none' });
}

function tookPanel(attempts: readonly Attempt[], x: Scale): Panel {
  const answered = attempts.flatMap(({ at, replied }) =>
    replied === undefined ? [] : [[at, replied - at] as const],
  );
  const failed = attempts.flatMap(({ at, failed: why }) =>
    why === undefined ? [] : [[at, why.at - at] as const],
  );
  const at =
    (y: Scale) =>
    ([began, took]: readonly [number, number]) =>
      [placed(began, x), placed(took, y)] as const;
  return {
    name: 'ms until a request was answered, or given up; by when it began',
    largest: [...answered, ...failed].reduce((most, [, took]) => Math.max(most, took), 0),
    marks: (y) => [
      path(dots(answered.map(at(y))), INK.good, 3),
      path(crosses(failed.map(at(y))), INK.bad, 1),
    ],
  };
}

function countPanel(attempts: readonly Attempt[], x: Scale, last: number): Panel {
  const counted = (times: readonly (number | undefined)[]): [number, number][] => {
    const counts = Array.from({ length: Math.ceil(last / STEP_MS) + 1 }, () => 0);
    for (const time of times) if (time !== undefined) counts[Math.floor(time / STEP_MS)]! += 1;
    return counts.map((number, at) => [Math.min(at * STEP_MS, last), number]);
  };
  const begun = counted(attempts.map(({ at }) => at));
  const replied = counted(attempts.map(({ replied: at }) => at));
  const drawn = (series: readonly [number, number][], y: Scale): string =>
    steps(series.map(([at, number]) => [placed(at, x), placed(number, y)] as const));
  return {
    name: `requests begun (thin) and answered (thick) in ${STEP_MS} ms`,
    largest: [...begun, ...replied].reduce((most, [, number]) => Math.max(most, number), 0),
    marks: (y) => [path(drawn(replied, y), INK.good, 2), path(drawn(begun, y), INK.text, 0.8)],
  };
}

function queuePanel({ samples, most }: NonNullable<Pictured['queue']>, x: Scale): Panel {
  return {
    name: `connections that wait to be accepted; ${most} fit`,
    largest: Math.max(most, ...samples.map(([, number]) => number)),
    marks: (y) => [
      path(`M${LEFT} ${placed(most, y)}H${RIGHT}`, INK.bad, 0.8),
      path(steps(samples.map(([at, number]) => [placed(at, x), placed(number, y)] as const)), INK.good, 1.5),
    ],
  };
}

function band(
  { from, until }: { readonly from: number; readonly until: number },
  x: Scale,
  bottom: number,
): string {
  const [left, right] = [placed(from, x), placed(until, x)];
  return element('rect', { x: left, y: TOP, width: right - left, height: bottom - TOP, fill: INK.shade });
}

function edge(x: number, bottom: number): string {
  return element('path', { d: `M${x} ${TOP}V${bottom}`, stroke: INK.found, 'stroke-dasharray': '4 3' });
}
