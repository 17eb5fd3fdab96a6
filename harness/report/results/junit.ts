import { describeExpectation } from '../../scenario/lab.js';
import { renderFailure } from '../print/failure.js';
import { nameOf, outcomeOf, type VariantResult } from './results.js';
import { harmless } from '../../base/text.js';
import { COLUMNS_IN_FILES } from '../text/layout.js';
import { describeVerdict } from '../text/run-text.js';

/**
 * A run as JUnit XML, the dialect that CI servers agree on: a suite per lab, a test case per variant. What is not as
 * expected is a failure, what the lab could not tell is an error.
 *
 * @internal
 */
export function renderJunit(results: readonly VariantResult[]): string {
  const labs = [...new Set(results.map(({ lab }) => lab))];
  const suites = labs.map((lab) =>
    renderSuite(
      lab,
      results.filter((result) => result.lab === lab),
    ),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="race-lab" ${totals(results)}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function totals(results: readonly VariantResult[]): string {
  const of = (outcome: string): number => results.filter((result) => outcomeOf(result) === outcome).length;
  const ms = results.reduce((sum, { verdict }) => sum + verdict.tookMs, 0);
  return `tests="${results.length}" failures="${of('not as expected')}" errors="${of('unknown')}" time="${seconds(ms)}"`;
}

function renderSuite(lab: string, results: readonly VariantResult[]): string {
  return [
    `  <testsuite name="${attribute(lab)}" ${totals(results)}>`,
    ...results.map(renderCase),
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

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** XML 1.0 has no way to write these characters, not even escaped. */
function allowed(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}

function content(text: string): string {
  return allowed(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

function attribute(text: string): string {
  return content(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}
