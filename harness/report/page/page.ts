import { grouped, harmless } from '../../base/text.js';
import { describeExpectation } from '../../scenario/lab.js';
import { serverText } from '../../server/identity.js';
import { OUTCOME_MARKS, tallyText } from '../results/results-table.js';
import { ranText } from '../results/earlier.js';
import { picturesOf, type MeasurementResult } from '../results/measured.js';
import { outcomeOf, type RunFacts, type VariantResult } from '../results/results.js';
import { coveredText, describeVerdict, sizeText } from '../text/run-text.js';
import { pageScript, pageStyle } from './assets.js';
import { jsonScript, selfContained } from './html.js';
import { packedScript } from './packed.js';
import { viewOf, type RecordView } from './record-view.js';
import { sourcesOf, type ReadSource } from './sources.js';

/** Records on one page; the first ones. */
const RECORDS_MAX = 500;

/** A line of the overview. */
interface OverviewRow {
  readonly mark: string;
  readonly outcome: string;
  readonly lab: string;
  readonly variant: string;
  readonly expected: string;
  readonly verdict: string;
  readonly explored: string;
  readonly minimal: string;
  readonly ms: string;
  readonly ran: string;
  readonly message: string;
  /** Number of its record on the page. */
  readonly record: number | null;
}

/** What was measured. */
interface MeasuredView {
  readonly name: string;
  readonly outcome: string;
  readonly summary: string;
  readonly missing: readonly string[];
  readonly figures: readonly (readonly [name: string, value: number])[];
  readonly pictures: readonly { readonly name: string; readonly piece: string }[];
}

/** What a page is made of beyond the results. @internal */
export interface PageParts {
  readonly run: RunFacts;
  readonly measurements: readonly MeasurementResult[];
  readonly readSource: ReadSource;
  /** The line that runs a record again. @param record - its path in the folder of the reports */
  readonly replayLine: (record: string) => string;
}

/**
 * The results of a run as one page: an overview, and each finding to be walked through step by step. It needs no server and no
 * network. What it shows of a record comes from the same functions as what a terminal shows.
 *
 * @internal
 */
export function renderPage(
  all: readonly VariantResult[],
  { run, measurements, readSource, replayLine }: PageParts,
): string {
  const views: RecordView[] = [];
  const rows = all.map((result): OverviewRow => {
    const { record } = result.verdict;
    const isShown = record !== undefined && result.record !== undefined && views.length < RECORDS_MAX;
    if (isShown) views.push(viewOf(record, replayLine(result.record), result.verdict));
    return rowOf(result, isShown ? views.length - 1 : null);
  });
  const sources = sourcesOf(
    views.flatMap(({ files }) => files),
    readSource,
  );
  const pictures: string[] = [];
  const overview = {
    title: tallyText(all),
    made: `${serverText(run.redis)}, redis-race-lab ${run.tool.version}, ${run.ranAt}`,
    rows,
    measured: measurements.map((one) => measuredView(one, pictures)),
  };
  return selfContained({
    title: `Race Lab: ${tallyText(all)}`,
    style: pageStyle(),
    script: pageScript(),
    body: [
      '<div id="app"><noscript>This page is drawn by its own script; summary.md beside it has the same as text.</noscript></div>',
      jsonScript('overview', overview),
      packedScript('sources', JSON.stringify(sources)),
      ...views.map((view, at) => packedScript(`record-${at}`, JSON.stringify(view))),
      ...pictures.map((svg, at) => packedScript(`picture-${at}`, svg)),
    ].join('\n'),
  });
}

function rowOf(result: VariantResult, record: number | null): OverviewRow {
  const { lab, variant, expect, verdict } = result;
  const { minimal, tookMs } = verdict;
  const outcome = outcomeOf(result);
  return {
    mark: OUTCOME_MARKS[outcome],
    outcome,
    lab: harmless(lab),
    variant: harmless(variant),
    expected: harmless(describeExpectation(expect)),
    verdict: harmless(describeVerdict(verdict)),
    explored: coveredText(verdict),
    minimal: minimal === undefined ? '' : sizeText(minimal),
    ms: grouped(tookMs),
    ran: ranText(result),
    message: harmless(verdict.message),
    record,
  };
}

/** @param drawn - takes the pictures @internal */
function measuredView(result: MeasurementResult, drawn: string[]): MeasuredView {
  const { lab, measurement, outcome, measured } = result;
  return {
    name: harmless(`${lab}/${measurement}`),
    outcome,
    summary: harmless(measured.summary),
    missing: (measured.missing ?? []).map(harmless),
    figures: Object.entries(measured.figures).map(([name, value]) => [harmless(name), value]),
    pictures: [...picturesOf(result)].map(([name, { svg }]) => ({
      name: harmless(name),
      piece: `picture-${drawn.push(svg) - 1}`,
    })),
  };
}
