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

/** What tills sell, kept beside them. */
let sales: string[] = [];

class Till {
  sell(): void {
    sales.push('one');
  }

  get sold(): number {
    return sales.length;
  }

  reset(): void {
    sales = [];
  }
}

/** An instance that shows nothing of what it keeps. */
export const till = new Till();
