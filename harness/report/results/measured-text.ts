/** What measurements came to, for people and for CI. */
import { count, harmless, wrap } from '../../base/text.js';
import type { View } from '../text/layout.js';
import { painterFor } from '../text/painter.js';
import { ranText } from './earlier.js';
import { attribute, content, seconds } from './xml.js';
import { picturesOf, type MeasurementOutcome, type MeasurementResult } from './measured.js';

/** Symbols that say the same as the colours. @internal */
export const MEASUREMENT_MARKS: Readonly<Record<MeasurementOutcome, string>> = {
  measured: '•',
  computed: '=',
  'not measured': '–',
  error: '?',
};

/** What a measurement came to, in lines that fit the terminal: what it is, and below it what could not be measured. @internal */
export function renderMeasurement(result: MeasurementResult, view: View): string[] {
  const { lab, measurement, outcome, measured, earlier } = result;
  const painter = painterFor(view);
  const ran = earlier === undefined ? '' : ` (${ranText({ earlier })})`;
  const name = `${lab}/${measurement}`;
  const text = `${name} ${outcome}${ran}: ${measured.summary}`;
  const paint = outcome === 'error' ? painter.yellow : (own: string): string => own;
  const lines = wrap(harmless(text), view.columns - 2);
  const missing = (measured.missing ?? []).flatMap((what) =>
    wrap(harmless(`not measured: ${what}`), view.columns - 4),
  );
  return [
    ...lines.map((line, at) => (at === 0 ? `${paint(MEASUREMENT_MARKS[outcome])} ${line}` : `  ${line}`)),
    ...missing.map((line) => `    ${line}`),
  ];
}

/** `7 measured, 1 not measured`. @internal */
export function measurementsTally(results: readonly MeasurementResult[]): string {
  const of = (outcome: MeasurementOutcome): number =>
    results.filter((result) => result.outcome === outcome).length;
  return (['measured', 'computed', 'not measured', 'error'] as const)
    .filter((outcome) => of(outcome) > 0)
    .map((outcome) => (outcome === 'error' ? count(of(outcome), 'error') : `${of(outcome)} ${outcome}`))
    .join(', ');
}

/** Measurements as Markdown, with their pictures. @internal */
export function measurementsSummary(results: readonly MeasurementResult[], escaped: Escape): string[] {
  if (results.length === 0) return [];
  return [
    '## Measured',
    '',
    'What this machine did, this time. None of it is right or wrong.',
    '',
    ...results.flatMap((result) => {
      const { lab, measurement, outcome, measured } = result;
      const what = outcome === 'measured' ? '' : ` (${outcome})`;
      return [
        `- ${escaped(`${lab}/${measurement}`)}${what}: ${escaped(measured.summary)}`,
        ...(measured.missing ?? []).map((one) => `  - not measured: ${escaped(one)}`),
        ...[...picturesOf(result)].map(([name, { path }]) => `  - [${escaped(name)}](${encodeURI(path)})`),
      ];
    }),
    '',
  ];
}

type Escape = (text: string) => string;

/** The test case of a measurement: it passes, and what could not be measured was skipped. @internal */
export function measurementCase({ lab, measurement, outcome, measured, tookMs }: MeasurementResult): string {
  const open = `    <testcase classname="${attribute(lab)}" name="${attribute(measurement)}" time="${seconds(tookMs)}">`;
  const summary = harmless(measured.summary);
  const figures = Object.entries(measured.figures).map(([name, value]) => `${harmless(name)} = ${value}`);
  const inside =
    outcome === 'measured' || outcome === 'computed'
      ? `<system-out>${content([`${outcome}: ${summary}`, ...figures].join('\n'))}</system-out>`
      : `<${outcome === 'error' ? 'error' : 'skipped'} message="${attribute(summary)}"/>`;
  return [open, `      ${inside}`, '    </testcase>'].join('\n');
}
