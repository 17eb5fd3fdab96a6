/**
 * Circles in the order of transactions. Strongly connected components are those of Tarjan (1972), without recursion; within
 * one, a shortest circle is looked for, breadth first.
 */
import type { Edge, EdgeKind, Graph } from './graph.js';

/** Transactions of one component from which a circle is looked for. */
const STARTS_MAX = 64;

/** Which edges a circle may be made of, the simplest circles first. */
const LEVELS: readonly (readonly EdgeKind[])[] = [
  ['ww'],
  ['ww', 'wr'],
  ['ww', 'wr', 'rw'],
  ['ww', 'wr', 'time', 'worker'],
  ['ww', 'wr', 'rw', 'time', 'worker'],
];

/** A circle, as edges one behind the other; of the simplest kind that there is. @internal */
export function circleIn({ edges }: Pick<Graph, 'edges'>): readonly Edge[] | undefined {
  for (const kinds of LEVELS) {
    const some = edges.map((list) => list.filter(({ kind }) => kinds.includes(kind)));
    const component = firstComponent(some);
    if (component === undefined) continue;
    const inside = new Set(component);
    let shortest: readonly Edge[] | undefined;
    for (const start of component.slice(0, STARTS_MAX)) {
      const circle = circleFrom(start, some, inside);
      if (circle !== undefined && circle.length < (shortest?.length ?? Infinity)) shortest = circle;
    }
    return shortest;
  }
  return undefined;
}

/** A shortest way from a node back to itself. */
function circleFrom(
  start: number,
  edges: readonly (readonly Edge[])[],
  inside: ReadonlySet<number>,
): readonly Edge[] | undefined {
  const cameBy = new Map<number, Edge>();
  const queue = [start];
  for (const node of queue) {
    for (const edge of edges[node]!) {
      if (!inside.has(edge.to) || cameBy.has(edge.to)) continue;
      cameBy.set(edge.to, edge);
      if (edge.to === start) return wayTo(start, cameBy);
      queue.push(edge.to);
    }
  }
  return undefined;
}

function wayTo(start: number, cameBy: ReadonlyMap<number, Edge>): Edge[] {
  const way: Edge[] = [];
  for (let edge = cameBy.get(start)!; ; edge = cameBy.get(edge.from)!) {
    way.push(edge);
    if (edge.from === start) return way.reverse();
  }
}

/** Nodes that can all be reached from one another, two at least. */
function firstComponent(edges: readonly (readonly Edge[])[]): number[] | undefined {
  const search = new Tarjan(edges);
  for (let node = 0; node < edges.length; node++) {
    const found = search.from(node);
    if (found !== undefined) return found;
  }
  return undefined;
}

class Tarjan {
  readonly #index: Int32Array;
  readonly #low: Int32Array;
  readonly #onStack: Uint8Array;
  readonly #stack: number[] = [];
  #count = 0;

  constructor(readonly edges: readonly (readonly Edge[])[]) {
    this.#index = new Int32Array(edges.length).fill(-1);
    this.#low = new Int32Array(edges.length);
    this.#onStack = new Uint8Array(edges.length);
  }

  /** The first component of two or more that is found from a node. */
  from(root: number): number[] | undefined {
    if (this.#index[root] !== -1) return undefined;
    const calls = [this.#enter(root)];
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      const { node } = call;
      const edge = this.edges[node]![call.next++];
      if (edge !== undefined) {
        if (this.#index[edge.to] === -1) calls.push(this.#enter(edge.to));
        else if (this.#onStack[edge.to] === 1) this.#lower(node, this.#index[edge.to]!);
        continue;
      }
      calls.pop();
      const above = calls.at(-1);
      if (above !== undefined) this.#lower(above.node, this.#low[node]!);
      if (this.#low[node] !== this.#index[node]) continue;
      const component = this.#leave(node);
      if (component.length > 1) return component;
    }
    return undefined;
  }

  #enter(node: number): { node: number; next: number } {
    this.#index[node] = this.#low[node] = this.#count++;
    this.#stack.push(node);
    this.#onStack[node] = 1;
    return { node, next: 0 };
  }

  #lower(node: number, to: number): void {
    if (to < this.#low[node]!) this.#low[node] = to;
  }

  #leave(node: number): number[] {
    const component: number[] = [];
    for (;;) {
      const one = this.#stack.pop()!;
      this.#onStack[one] = 0;
      component.push(one);
      if (one === node) return component;
    }
  }
}
