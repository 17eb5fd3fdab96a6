/**
 * The order of rooms, lowest first: a room imports from itself and from those before it, types included.
 * `ARCHITECTURE.md` shows the same list, and a test holds both against the imports.
 */
export const ROOMS = [
  'harness/base',
  'harness/faults',
  'harness/check',
  'harness/server',
  'harness/clock',
  'harness/wire',
  'harness/server-clock',
  'harness/scenario',
  'harness/execution',
  'harness/record',
  'harness/explore',
  'harness/report',
  'harness/property',
  'harness/project',
  'harness/index.ts',
  'harness/fast-check.ts',
  'harness/lab.ts',
  'harness/suite',
  'harness/assert',
  'harness/vitest',
  'harness/jest',
  'harness/node-test',
  'harness/play',
  'labs',
  'harness/cli',
] as const;

export type Room = (typeof ROOMS)[number];

/** The room that a file lies in. @param file - path from the project's folder */
export function roomOf(file: string): Room | undefined {
  return ROOMS.find((room) => file === room || file.startsWith(`${room}/`));
}
