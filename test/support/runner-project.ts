import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compiled } from '../../harness/server/testing/compiled.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const JEST = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');

/** What a test runner came to. */
export interface Ran {
  readonly code: number;
  /** Standard output, then standard error. */
  readonly text: string;
}

/** A project of somebody who has installed this package, with the test runners of this one. */
export class RunnerProject {
  /** Inside of this project, so that its dependencies are found. */
  readonly folder = mkdtempSync(join(ROOT, 'test', '.examples-runners-'));

  constructor() {
    const installed = join(this.folder, 'node_modules', 'redis-race-lab');
    mkdirSync(installed, { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(installed, 'package.json'));
    cpSync(compiled(''), join(installed, 'dist'), { recursive: true });
    this.write('package.json', JSON.stringify({ name: 'shop', type: 'module' }));
    this.write('vitest.config.ts', 'export default {};\n');
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Runs a test file. @param settings - of Vitest, as options; of Jest, as its configuration */
  readonly runners: Readonly<Record<string, (file: string, settings?: object) => Promise<Ran>>> = {
    Vitest: (file, settings = {}) =>
      this.#run([
        VITEST,
        'run',
        file,
        ...Object.entries(settings).map(([name, value]) => `--${name}=${String(value)}`),
      ]),
    Jest: (file, settings) =>
      this.#run(
        [JEST, '--config', this.#jestConfig(file, settings), '--detectOpenHandles', '--runTestsByPath', file],
        { NODE_OPTIONS: '--experimental-vm-modules' },
      ),
    'node:test': (file) => this.#run(['--test', file]),
  };

  #jestConfig(file: string, settings: object = {}): string {
    const testMatch = ['**/*.test.js', '**/*.test.cjs'];
    // What is no ES module gets the matchers by the configuration.
    const matchers = file.endsWith('.cjs') ? { setupFilesAfterEnv: ['redis-race-lab/jest'] } : {};
    return JSON.stringify({ rootDir: this.folder, transform: {}, testMatch, ...matchers, ...settings });
  }

  async #run(program: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, FORCE_COLOR: ___, ...inherited } = process.env;
    const options = { cwd: this.folder, env: { ...inherited, NO_COLOR: '1', COLUMNS: '90', ...env } };
    return await promisify(execFile)(process.execPath, program, options).then(
      ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
        code,
        text: stdout + stderr,
      }),
    );
  }
}
