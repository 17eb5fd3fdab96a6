import { closeSync, openSync, readSync } from 'node:fs';

/** Which C library a server binary was built for; a `static` one is linked with all it needs. @internal */
export type LibcKind = 'glibc' | 'musl' | 'static' | 'unknown';

const PT_INTERP = 3;

/**
 * The loader whose path is written in a binary (the program header PT_INTERP of a 64-bit ELF file).
 *
 * @returns undefined for a static binary, a script, or another kind of file
 * @internal
 */
export function interpreterOf(path: string): string | undefined {
  const file = openSync(path, 'r');
  try {
    const read = (size: number, position: number): Buffer => {
      const buffer = Buffer.alloc(size);
      return buffer.subarray(0, readSync(file, buffer, 0, size, position));
    };
    const header = read(64, 0);
    // 64 bits, little endian: what the lab runs on.
    if (header.length < 64 || header.toString('latin1', 0, 6) !== '\x7fELF\x02\x01') return undefined;
    const size = header.readUInt16LE(54);
    const table = read(size * header.readUInt16LE(56), Number(header.readBigUInt64LE(32)));
    for (let at = 0; at + size <= table.length; at += size) {
      if (table.readUInt32LE(at) !== PT_INTERP) continue;
      const text = read(Number(table.readBigUInt64LE(at + 32)), Number(table.readBigUInt64LE(at + 8)));
      return text.toString('utf8').replace(/\0.*$/s, '');
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** Which C library a binary was built for, by its loader. @internal */
export function libcOf(path: string): LibcKind {
  try {
    const loader = interpreterOf(path);
    if (loader === undefined) return isElf(path) ? 'static' : 'unknown';
    if (loader.includes('ld-musl')) return 'musl';
    return loader.includes('ld-linux') ? 'glibc' : 'unknown';
  } catch {
    return 'unknown';
  }
}

function isElf(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const magic = Buffer.alloc(4);
    readSync(file, magic, 0, 4, 0);
    return magic.toString('latin1') === '\x7fELF';
  } finally {
    closeSync(file);
  }
}
