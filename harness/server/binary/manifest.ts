import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BinaryFile } from './binary.js';

/** What a folder with an unpacked server says about itself; paths are relative to it. @internal */
export interface Manifest {
  readonly packages: readonly string[];
  readonly binary: string;
  /** Folders of the libraries that came along. */
  readonly libraries: readonly string[];
  /** The loader of the C library that came along; undefined where the machine's own serves. */
  readonly loader?: string | undefined;
}

/** The name of the file that says so. @internal */
export const MANIFEST = 'manifest.json';

/** @internal */
export function writeManifest(folder: string, manifest: Manifest): void {
  writeFileSync(join(folder, MANIFEST), JSON.stringify(manifest));
}

/** The server in a folder that was filled before. @throws Error when there is none @internal */
export function binaryIn(folder: string): BinaryFile {
  const { binary, libraries, loader } = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as Manifest;
  return {
    path: join(folder, binary),
    libraryFolders: libraries.map((library) => join(folder, library)),
    ...(loader === undefined ? {} : { loader: join(folder, loader) }),
  };
}

/** Folders below `root` that hold shared libraries, relative to it. @internal */
export function librariesBelow(root: string): string[] {
  const folders = new Set<string>();
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    if (!/\.so(\.\d+)*$/.test(entry.name)) continue;
    folders.add(entry.parentPath.slice(root.length + 1));
  }
  return [...folders].sort();
}
