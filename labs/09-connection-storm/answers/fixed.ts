/** Waits for a while, like everybody else. They come together again, later. */
export function waitMs(): number {
  return 2000;
}
