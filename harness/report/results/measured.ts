/** What measurements came to, as data. */
import type { Measured } from '../../scenario/lesson/measurement.js';
import { reportPath } from './report-path.js';

/**
 * What became of a measurement: none of it is right or wrong. `computed` where a model says it, `not measured` where the system does not offer what it
 * takes, `error` where it could not be finished.
 *
 * @internal
 */
export type MeasurementOutcome = 'measured' | 'computed' | 'not measured' | 'error';

/** That a result is of an earlier run. @internal */
export interface EarlierRun {
  /** When that run began, as in ISO 8601; undefined where the version that wrote it did not say. */
  readonly ranAt: string | undefined;
  /** How long before the run that the reports are of, in ms; undefined where nobody can tell. */
  readonly agoMs: number | undefined;
  /** Version of the lab that ran it. */
  readonly toolVersion: string;
}

/** What one measurement came to, with what is needed to show it. @internal */
export interface MeasurementResult {
  readonly lab: string;
  readonly measurement: string;
  readonly outcome: MeasurementOutcome;
  /** Where nothing was measured: a summary that says why. */
  readonly measured: Measured;
  readonly tookMs: number;
  /** Present where it is what an earlier run left. */
  readonly earlier?: EarlierRun;
}

/** One entry of `measurements` in `results.json`. @internal */
export interface MeasurementEntry {
  readonly lab: string;
  readonly measurement: string;
  readonly outcome: MeasurementOutcome;
  /** One line for people. */
  readonly summary: string;
  /** Every number, by a name that says its unit. */
  readonly figures: Readonly<Record<string, number>>;
  /** What could not be measured, and why. */
  readonly missing: readonly string[];
  /** Paths relative to the folder of this file, by name. */
  readonly pictures: Readonly<Record<string, string>>;
  readonly ms: number;
  /** When the run began that it is of, as in ISO 8601; null where nobody knows. */
  readonly ranAt: string | null;
  /** Version of the lab that ran it. */
  readonly toolVersion: string;
}

/** Folder of the pictures, inside that of the reports. @internal */
export const PICTURES_FOLDER = 'pictures';
/** What every picture in a file begins with, so that it is known for one of ours. @internal */
export const PICTURE_MARK = '<!-- redis-race-lab -->';

/** A result as `results.json` holds it. @param run - the last one @internal */
export function measurementEntry(
  run: { readonly ranAt: string; readonly tool: { readonly version: string } },
  result: MeasurementResult,
): MeasurementEntry {
  const { lab, measurement, outcome, measured, tookMs, earlier } = result;
  return {
    lab,
    measurement,
    outcome,
    summary: measured.summary,
    figures: measured.figures,
    missing: measured.missing ?? [],
    pictures: Object.fromEntries([...picturesOf(result)].map(([name, { path }]) => [name, path])),
    ms: tookMs,
    ranAt: earlier === undefined ? run.ranAt : (earlier.ranAt ?? null),
    toolVersion: earlier?.toolVersion ?? run.tool.version,
  };
}

/** Every picture of a result by its name: where its file lies, and what is in it. @internal */
export function picturesOf({
  lab,
  measurement,
  measured,
}: MeasurementResult): Map<string, { readonly path: string; readonly svg: string }> {
  return new Map(
    Object.entries(measured.pictures ?? {}).map(([name, svg]) => [
      name,
      {
        path: picturePath(lab, measurement, name),
        svg: svg.startsWith(PICTURE_MARK) ? svg : `${PICTURE_MARK}\n${svg}`,
      },
    ]),
  );
}

/** Path of a picture inside the folder of the reports. @internal */
export function picturePath(lab: string, measurement: string, picture: string): string {
  return reportPath(PICTURES_FOLDER, [lab, measurement, picture], 'svg');
}
