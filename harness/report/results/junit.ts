import { describeExpectation } from '../../scenario/lab.js';
import { renderFailure } from '../print/failure.js';
import { nameOf, outcomeOf, type VariantResult } from './results.js';
import { harmless } from '../../base/text.js';
import { COLUMNS_IN_FILES } from '../text/layout.js';
import { describeVerdict } from '../text/run-text.js';
import type { MeasurementOutcome, MeasurementResult } from './measured.js';
import { measurementCase } from './measured-text.js';
import { attribute, content, seconds } from './xml.js';

/** Why a result that is not as expected is no reason to fail; undefined where it is one. @internal */
export type Accepted = (result: VariantResult) => string | undefined;

/** What a case counts as. */
type CaseKind = 'passed' | 'failures' | 'errors' | 'skipped';

const MEASURED: Readonly<Record<MeasurementOutcome, CaseKind>> = {
  measured: 'passed',
  computed: 'passed',
  'not measured': 'skipped',
  error: 'errors',
};

/** A case, and what it counts as. */
interface Case {
  readonly lab: string;
  readonly kind: CaseKind;
  readonly tookMs: number;
  readonly text: string;
}

/**
 * A run as JUnit XML, the dialect that CI servers agree on and that Jenkins holds files against: a suite per lab, a test case
 * per variant or measurement. What is not as expected is a failure, what the lab could not tell is an error; what somebody
 * accepts, and what cannot be measured here, was skipped.
 *
 * @internal
 */
export function renderJunit(
  results: readonly VariantResult[],
  measurements: readonly MeasurementResult[] = [],
  accepted: Accepted = () => undefined,
): string {
  const cases = [
    ...results.map((result) => caseOf(result, accepted(result))),
    ...measurements.map((one): Case => ({
      lab: one.lab,
      kind: MEASURED[one.outcome],
      tookMs: one.tookMs,
      text: measurementCase(one),
    })),
  ];
  const labs = [...new Set(cases.map(({ lab }) => lab))];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="race-lab" ${totals(cases)}>`,
    ...labs.map((lab) =>
      renderSuite(
        lab,
        cases.filter((one) => one.lab === lab),
      ),
    ),
    '</testsuites>',
    '',
  ].join('\n');
}

function totals(cases: readonly Case[]): string {
  const ms = cases.reduce((sum, { tookMs }) => sum + tookMs, 0);
  return `tests="${cases.length}" failures="${number(cases, 'failures')}" errors="${number(cases, 'errors')}" time="${seconds(ms)}"`;
}

function number(cases: readonly Case[], kind: CaseKind): number {
  return cases.filter((one) => one.kind === kind).length;
}

/** Only a suite may say how many cases were skipped. */
function renderSuite(lab: string, cases: readonly Case[]): string {
  return [
    `  <testsuite name="${attribute(lab)}" ${totals(cases)} skipped="${number(cases, 'skipped')}">`,
    ...cases.map(({ text }) => text),
    '  </testsuite>',
  ].join('\n');
}

function caseOf(result: VariantResult, accepted: string | undefined): Case {
  const { lab, variant, verdict, expect } = result;
  const outcome = outcomeOf(result);
  const said = saidLines(result);
  const expected = describeExpectation(expect);
  const got = `${describeVerdict(verdict)}: ${verdict.message}`;
  const message = harmless(`expected ${expected}, got ${got}`);
  let kind: CaseKind = 'passed';
  let inside: string[] = [];
  if (outcome !== 'as expected' && accepted !== undefined) {
    kind = 'skipped';
    inside = [`      <skipped message="${attribute(harmless(`${accepted}: ${message}`))}"/>`];
  } else if (outcome !== 'as expected') {
    kind = outcome === 'unknown' ? 'errors' : 'failures';
    const tag = outcome === 'unknown' ? 'error' : 'failure';
    const text =
      verdict.record === undefined
        ? `${nameOf(result)}: ${message}`
        : renderFailure(verdict.record, { columns: COLUMNS_IN_FILES, verdict });
    inside = [
      `      <${tag} type="${verdict.kind}" message="${attribute(message)}">${content(text)}</${tag}>`,
    ];
  }
  const open = `    <testcase classname="${attribute(lab)}" name="${attribute(variant)}" time="${seconds(verdict.tookMs)}"`;
  const lines = [...inside, ...said];
  const text = lines.length === 0 ? `${open}/>` : [`${open}>`, ...lines, '    </testcase>'].join('\n');
  return { lab, kind, tookMs: verdict.tookMs, text };
}

/** What a CI server shows beside a case: that it passes by failing as expected, and that it is of an earlier run. */
function saidLines(result: VariantResult): string[] {
  const { earlier, expect } = result;
  const lines = [
    ...(outcomeOf(result) === 'as expected' && expect.kind !== 'holds'
      ? [harmless(`as expected: ${describeExpectation(expect)}`)]
      : []),
    ...(earlier === undefined ? [] : [`ran earlier: ${earlier.ranAt ?? 'nobody knows when'}`]),
  ];
  return lines.length === 0 ? [] : [`      <system-out>${content(lines.join('\n'))}</system-out>`];
}
