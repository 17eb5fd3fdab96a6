/** Just enough of SVG for a few marks over time. */

/** Where values come to lie: from one range of numbers to another. */
export interface Scale {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

/** A value on a scale, with one digit behind the point: more is never seen. */
export function placed(value: number, { from, to }: Scale): number {
  const share = (value - from[0]) / (from[1] - from[0] || 1);
  return Math.round((to[0] + share * (to[1] - to[0])) * 10) / 10;
}

/** One element; text is escaped, what is inside is not. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  inside: readonly string[] = [],
): string {
  const text = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('');
  return inside.length === 0 ? `<${name}${text}/>` : `<${name}${text}>${inside.join('\n')}</${name}>`;
}

/** Text for people to read, in a picture. */
export function label(
  text: string,
  x: number,
  y: number,
  more: Readonly<Record<string, string | number>> = {},
): string {
  return element('text', { x, y, ...more }, [escaped(text)]);
}

/** Dots: one path for all of them, since there may be thousands. */
export function dots(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y]) => `M${x} ${y}h0`).join('');
}

/** Crosses, which are told from dots without colour. */
export function crosses(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y]) => `M${x - 2} ${y - 2}l4 4m0 -4l-4 4`).join('');
}

/** A line through points. */
export function line(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x} ${y}`).join('');
}

/** A step at each point, as of something that is so many until it changes. */
export function steps(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], at) => (at === 0 ? `M${x} ${y}` : `H${x}V${y}`)).join('');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Round numbers to write beside an axis: about four, and the last one is not below the largest value. */
export function ticks(largest: number): number[] {
  const rough = Math.max(largest, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough)!;
  return Array.from({ length: Math.ceil(Math.max(largest, 1) / step) + 1 }, (_, at) => at * step);
}
