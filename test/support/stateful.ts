/** A module that keeps something for itself, as a dependency may do. */
let count = 0;

export function countIn(): void {
  count += 1;
}

export function counted(): number {
  return count;
}

export function forget(): void {
  count = 0;
}
