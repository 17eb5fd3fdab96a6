import { outcomesOf, type HazardOutcome } from '../run/result.js';

/** Width of a character of the font, in px, at most. */
const CHARACTER_PX = 7;
const PADDING_PX = 8;
const HEIGHT_PX = 20;
const COLOURS = { pass: '#1a7f37', fail: '#b42318', unknown: '#8a6100' } as const;

/**
 * A picture of how many hazards pass, of those that apply. It says so in words, too.
 *
 * @param isRed - some failure is not a known one
 * @internal
 */
export function renderBadge(
  suites: readonly { readonly results: readonly { readonly outcome: HazardOutcome }[] }[],
  isRed: boolean,
): string {
  const { pass, fail, unknown } = outcomesOf(suites.flatMap(({ results }) => results));
  const left = 'race lab';
  const right = `${pass} of ${pass + fail + unknown} hazards pass`;
  const isOpen = unknown > 0 || pass + fail === 0;
  const colour = isRed ? COLOURS.fail : isOpen ? COLOURS.unknown : COLOURS.pass;
  const [leftPx, rightPx] = [left, right].map((text) => text.length * CHARACTER_PX + 2 * PADDING_PX) as [
    number,
    number,
  ];
  const text = (words: string, atPx: number): string =>
    `<text x="${atPx}" y="14" text-anchor="middle" fill="#fff">${words}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${leftPx + rightPx}" height="${HEIGHT_PX}" role="img" aria-label="${left}: ${right}">
  <title>${left}: ${right}</title>
  <rect width="${leftPx + rightPx}" height="${HEIGHT_PX}" rx="3" fill="${colour}"/>
  <path d="M3 0h${leftPx - 3}v${HEIGHT_PX}H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#444"/>
  <g font-family="Verdana, DejaVu Sans, sans-serif" font-size="11">
    ${text(left, leftPx / 2)}
    ${text(right, leftPx + rightPx / 2)}
  </g>
</svg>
`;
}
