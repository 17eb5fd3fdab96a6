/** What a terminal shows, as a picture: text stays text, and colours are those that the lab writes. */
import { widthOf } from '../../harness/base/text.js';
import { escapeHtml } from '../../harness/report/page/html.js';

const CELL = { width: 8.4, height: 19 };
const MARGIN = 16;
const INK = '#d8dee9';
const PAPER = '#1f2430';

/** Of the foreground, by the code that a terminal gets. */
const COLOURS: Readonly<Record<string, string>> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#f2cc60',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#76e3ea',
  90: '#8b949e',
};

interface Style {
  readonly colour?: string | undefined;
  readonly bold?: boolean;
  readonly dim?: boolean;
}

/**
 * @param command - the line that somebody typed
 * @param output - with the codes of its colours
 * @param title - what the picture shows, for those who do not see it
 */
export function terminalSvg(command: string, output: string, title: string): string {
  const lines = [`\u001B[32m$\u001B[39m \u001B[1m${command}\u001B[22m`, ...output.trimEnd().split('\n')];
  // oxlint-disable-next-line no-control-regex
  const columns = Math.max(...lines.map((line) => widthOf(line.replaceAll(/\u001B\[[\d;]*m/g, ''))));
  const width = Math.ceil(columns * CELL.width + 2 * MARGIN);
  const height = Math.ceil(lines.length * CELL.height + 2 * MARGIN);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">`,
    `<title>${escapeHtml(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${PAPER}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${INK}">`,
    ...lines.map((line, at) => lineSvg(line, MARGIN + (at + 0.75) * CELL.height)),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Each stretch of one style begins at its own column, and is as wide as its columns: fonts differ. */
function lineSvg(line: string, y: number): string {
  let style: Style = {};
  let column = 0;
  const spans: string[] = [];
  // oxlint-disable-next-line no-control-regex
  for (const part of line.split(/(\u001B\[[\d;]*m)/)) {
    if (part.startsWith('\u001B')) {
      style = part.slice(2, -1).split(';').reduce(styled, style);
      continue;
    }
    for (const found of part.matchAll(/\S+(?: \S+)*/g))
      spans.push(spanSvg(found[0], column + widthOf(part.slice(0, found.index)), style));
    column += widthOf(part);
  }
  return spans.length === 0 ? '' : `<text y="${y.toFixed(1)}">${spans.join('')}</text>`;
}

function spanSvg(text: string, column: number, { colour, bold, dim }: Style): string {
  const attributes = [
    `x="${(MARGIN + column * CELL.width).toFixed(1)}"`,
    `textLength="${(widthOf(text) * CELL.width).toFixed(1)}"`,
    ...(colour === undefined ? [] : [`fill="${colour}"`]),
    ...(bold === true ? ['font-weight="bold"'] : []),
    ...(dim === true ? ['opacity="0.7"'] : []),
  ];
  return `<tspan ${attributes.join(' ')}>${escapeHtml(text)}</tspan>`;
}

function styled(style: Style, code: string): Style {
  if (code === '0' || code === '') return {};
  if (code === '1') return { ...style, bold: true };
  if (code === '2') return { ...style, dim: true };
  if (code === '22') return { ...style, bold: false, dim: false };
  if (code === '39') return { ...style, colour: undefined };
  return { ...style, colour: COLOURS[code] ?? style.colour };
}
