import { Chalk, type ChalkInstance } from 'chalk';

/** Paints parts of a text: `painter.bold.red(text)`. Colours take no width. @internal */
export type Painter = ChalkInstance;

/** A painter for an output. @param colour - without it every text stays as it is @internal */
export function painterFor({ colour }: { readonly colour: boolean }): Painter {
  return new Chalk({ level: colour ? 1 : 0 });
}
