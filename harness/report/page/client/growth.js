// How many classes of executions were seen as sampling went on: a curve that is flat at its end has little left to show.
import { make, shape } from './elements.js';

const [WIDTH, HEIGHT] = [320, 90];
/** Room for what is written beside the axes. */
const [LEFT, BELOW] = [48, 16];

/** @param growth - pairs of executions and classes @returns nothing where there is no curve */
export function growthOf(growth) {
  if (growth.length < 2) return '';
  const [executions, classes] = growth.at(-1);
  const [before, half] = growth.findLast(([number]) => number <= executions / 2) ?? [0, 0];
  const words = `${classes} classes of executions were seen in ${executions}; ${half} of them in the first ${before}`;
  return make(
    'details',
    { class: 'growth' },
    make('summary', {}, 'classes as sampling went on'),
    picture(growth, executions, classes, words),
    make('p', {}, words),
  );
}

function picture(growth, executions, classes, words) {
  const x = (number) => LEFT + (number / executions) * (WIDTH - LEFT - 4);
  const y = (number) => HEIGHT - BELOW - (number / classes) * (HEIGHT - BELOW - 12);
  const points = [[0, 0], ...growth].map(([one, other]) => `${x(one).toFixed(1)},${y(other).toFixed(1)}`);
  return shape(
    'svg',
    { width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': words },
    shape('path', { class: 'axis', d: `M ${LEFT} 8 V ${HEIGHT - BELOW} H ${WIDTH - 4}` }),
    shape('polyline', { class: 'curve', points: points.join(' ') }),
    text(String(classes), LEFT - 6, y(classes) + 4, 'end'),
    text('0', LEFT - 6, HEIGHT - BELOW, 'end'),
    text(`${executions} executions`, WIDTH - 4, HEIGHT - 3, 'end'),
  );
}

function text(content, x, y, anchor) {
  return shape('text', { x, y, 'text-anchor': anchor }, content);
}
