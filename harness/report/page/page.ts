import { count, grouped, harmless } from '../../base/text.js';
import { describeExpectation } from '../../scenario/lab.js';
import { serverText } from '../../server/identity.js';
import { OUTCOME_MARKS, tallyText } from '../results/results-table.js';
import { ranText } from '../results/earlier.js';
import { picturesOf, type MeasurementResult } from '../results/measured.js';
import { outcomeOf, type RunFacts, type VariantResult } from '../results/results.js';
import { coveredText, describeVerdict, sizeText } from '../text/run-text.js';
import { pageScript, pageStyle } from './assets.js';
import { jsonScript, selfContained } from './html.js';
import { cellViews, mapView, type MapView, type PageMap } from './map-view.js';
import { packedScript } from './packed.js';
import { viewOf, type RecordView } from './record-view.js';
import { sourcesOf, type ReadSource } from './sources.js';

/** Records on one page; the first ones. */
const RECORDS_MAX = 500;

/** Fault maps on one page; the first ones. */
const MAPS_MAX = 100;

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
  /** Where it was sampled: how many classes had been seen after so many executions. */
  readonly growth: readonly (readonly [executions: number, classes: number])[];
  /** Number of its fault map on the page. */
  readonly map: number | null;
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
  /** Absent where nothing was run for it. */
  readonly run?: RunFacts;
  readonly measurements: readonly MeasurementResult[];
  /** Fault maps, where there are any; the first ones. */
  readonly maps?: readonly PageMap[];
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
  { run, measurements, maps = [], readSource, replayLine }: PageParts,
): string {
  const shown = maps.slice(0, MAPS_MAX);
  const views: RecordView[] = [];
  const rows = all.map((result): OverviewRow => {
    const { record } = result.verdict;
    const isShown = record !== undefined && result.record !== undefined && views.length < RECORDS_MAX;
    if (isShown) views.push(viewOf(record, replayLine(result.record), result.verdict));
    const map = shown.findIndex((one) => isOf(one, result));
    return rowOf(result, isShown ? views.length - 1 : null, map < 0 ? null : map);
  });
  const grids = shown.map(({ map }) => mapView(map));
  const cells = shown.map(cellViews);
  const sources = sourcesOf(
    [...views, ...cells.flatMap((one) => Object.values(one))].flatMap(({ files }) => files),
    readSource,
  );
  const pictures: string[] = [];
  const title = all.length === 0 && maps.length > 0 ? count(maps.length, 'fault map') : tallyText(all);
  const overview = {
    title,
    made:
      run === undefined ? '' : `${serverText(run.redis)}, redis-race-lab ${run.tool.version}, ${run.ranAt}`,
    rows,
    maps: grids.map(mapLine),
    measured: measurements.map((one) => measuredView(one, pictures)),
  };
  return selfContained({
    title: `Race Lab: ${title}`,
    style: pageStyle(),
    script: pageScript(),
    body: [
      '<div id="app"><noscript>This page is drawn by its own script; summary.md beside it has the same as text.</noscript></div>',
      jsonScript('overview', overview),
      packedScript('sources', JSON.stringify(sources)),
      ...views.map((view, at) => packedScript(`record-${at}`, JSON.stringify(view))),
      ...grids.map((grid, at) => packedScript(`map-${at}`, JSON.stringify(grid))),
      ...cells.map((one, at) => packedScript(`cells-${at}`, JSON.stringify(one))),
      ...pictures.map((svg, at) => packedScript(`picture-${at}`, svg)),
    ].join('\n'),
  });
}

/** A map on the overview: its name, and how many cells have which mark. */
function mapLine({ lab, variant, rows }: MapView): { readonly name: string; readonly marks: string } {
  const counts = new Map<string, number>();
  for (const { mark } of rows.flat().filter((cell) => cell !== null))
    counts.set(mark, (counts.get(mark) ?? 0) + 1);
  const marks = [...counts].map(([mark, number]) => `${mark}×${number}`).join(' ');
  return { name: `${lab} ${variant}`.trim(), marks };
}

/** Is a map of the scenario that was run? */
function isOf({ map }: PageMap, { lab, variant }: VariantResult): boolean {
  return map.lab === lab && (map.variant ?? map.scenario) === variant;
}

function rowOf(result: VariantResult, record: number | null, map: number | null): OverviewRow {
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
    growth: verdict.sampling?.growth ?? [],
    map,
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
