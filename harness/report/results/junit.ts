import { describeExpectation } from '../../scenario/lab.js';
import { renderFailure } from '../print/failure.js';
import { nameOf, outcomeOf, type VariantResult } from './results.js';
import { harmless } from '../../base/text.js';
import { COLUMNS_IN_FILES } from '../text/layout.js';
import { describeVerdict } from '../text/run-text.js';
import type { MeasurementResult } from './measured.js';
import { measurementCases } from './measured-text.js';
import { attribute, content, seconds } from './xml.js';

/**
 * A run as JUnit XML, the dialect that CI servers agree on: a suite per lab, a test case per variant or measurement. What
 * is not as expected is a failure, what the lab could not tell is an error, what cannot be measured here was skipped.
 *
 * @internal
 */
export function renderJunit(
  results: readonly VariantResult[],
  measurements: readonly MeasurementResult[] = [],
): string {
  const labs = [...new Set([...results, ...measurements].map(({ lab }) => lab))];
  const suites = labs.map((lab) =>
    renderSuite(
      lab,
      results.filter((result) => result.lab === lab),
      measurements.filter((result) => result.lab === lab),
    ),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="race-lab" ${totals(results, measurements)}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function totals(results: readonly VariantResult[], measurements: readonly MeasurementResult[]): string {
  const of = (outcome: string): number => results.filter((result) => outcomeOf(result) === outcome).length;
  const measured = (outcome: string): number => measurements.filter((one) => one.outcome === outcome).length;
  const ms = [...results.map(({ verdict }) => verdict.tookMs), ...measurements.map(({ tookMs }) => tookMs)];
  const skipped = measured('not measured') === 0 ? '' : ` skipped="${measured('not measured')}"`;
  return `tests="${ms.length}" failures="${of('not as expected')}" errors="${of('unknown') + measured('error')}"${skipped} time="${seconds(ms.reduce((sum, one) => sum + one, 0))}"`;
}

function renderSuite(
  lab: string,
  results: readonly VariantResult[],
  measurements: readonly MeasurementResult[],
): string {
  return [
    `  <testsuite name="${attribute(lab)}" ${totals(results, measurements)}>`,
    ...results.map(renderCase),
    ...measurementCases(measurements),
    '  </testsuite>',
  ].join('\n');
}

function renderCase(result: VariantResult): string {
  const { lab, variant, verdict, expect } = result;
  const open = `    <testcase classname="${attribute(lab)}" name="${attribute(variant)}" time="${seconds(verdict.tookMs)}"`;
  const outcome = outcomeOf(result);
  const properties = earlierProperty(result);
  if (outcome === 'as expected')
    return properties.length === 0 ? `${open}/>` : [`${open}>`, ...properties, '    </testcase>'].join('\n');
  const tag = outcome === 'unknown' ? 'error' : 'failure';
  const got = `${describeVerdict(verdict)}: ${verdict.message}`;
  const message = harmless(`expected ${describeExpectation(expect)}, got ${got}`);
  const text =
    verdict.record === undefined
      ? `${nameOf(result)}: ${message}`
      : renderFailure(verdict.record, { columns: COLUMNS_IN_FILES, verdict });
  return [
    `${open}>`,
    ...properties,
    `      <${tag} type="${verdict.kind}" message="${attribute(message)}">${content(text)}</${tag}>`,
    '    </testcase>',
  ].join('\n');
}

/** That a case is of an earlier run, and of which: a CI server shows it where it shows the case. */
function earlierProperty({ earlier }: VariantResult): string[] {
  if (earlier === undefined) return [];
  const ranAt = earlier.ranAt ?? 'nobody knows when';
  return [
    '      <properties>',
    `        <property name="ran earlier" value="${attribute(ranAt)}"/>`,
    '      </properties>',
  ];
}
