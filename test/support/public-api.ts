import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

/** What a user may import from, and the file that stands behind it. */
export const ENTRIES = {
  'redis-race-lab': 'index',
  'redis-race-lab/fast-check': 'fast-check',
  'redis-race-lab/lab': 'lab',
  'redis-race-lab/jest': 'jest/index',
  'redis-race-lab/node-test': 'node-test/index',
  'redis-race-lab/suite': 'suite/index',
  'redis-race-lab/vitest': 'vitest/index',
  'redis-race-lab/vitest/reporter': 'vitest/reporter',
} as const;

/** One entry as its declarations describe it. */
export interface ApiReport {
  /** Every public declaration, in the form that API Extractor keeps in a repository. */
  readonly text: string;
  /** What API Extractor finds wrong: `(rule) text`. */
  readonly warnings: readonly string[];
  /** Path of the same as data. */
  readonly model: string;
}

/**
 * Reads the public surface of an entry from its declarations.
 *
 * @param declarations - folder into which `tsc` wrote them
 * @param file - the entry, without its ending
 */
export function apiReport(root: string, declarations: string, file: string): ApiReport {
  const folder = join(declarations, 'report', file);
  mkdirSync(folder, { recursive: true });
  const warnings: string[] = [];
  const silent = { logLevel: ExtractorLogLevel.None };
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(declarations, 'harness', `${file}.d.ts`),
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2023',
            lib: ['ES2023'],
            module: 'NodeNext',
            moduleResolution: 'NodeNext',
            strict: true,
            exactOptionalPropertyTypes: true,
            skipLibCheck: true,
            types: ['node'],
          },
          files: [join(declarations, 'harness', `${file}.d.ts`)],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: 'entry',
        reportFolder: folder,
        reportTempFolder: join(folder, 'temp'),
      },
      docModel: { enabled: true, apiJsonFilePath: join(folder, 'entry.api.json') },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Warning } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning },
          'ae-undocumented': silent,
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.Warning },
        },
        tsdocMessageReporting: { default: silent },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
  });
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      if (message.messageId.startsWith('ae-')) warnings.push(`(${message.messageId}) ${message.text}`);
      message.handled = true;
    },
  });
  return {
    text: readFileSync(join(folder, 'entry.api.md'), 'utf8'),
    warnings,
    model: join(folder, 'entry.api.json'),
  };
}
