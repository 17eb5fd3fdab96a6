import { wrap } from '../../base/text.js';
import { INDENT } from '../text/layout.js';
import type { Painter } from '../text/painter.js';

const LABEL_WIDTH = 11;

/** Lines with a label, aligned, continued under their text. @internal */
export class Fields {
  constructor(
    readonly columns: number,
    readonly painter: Painter,
  ) {}

  /** A label with the space behind it, for a text that is not to be broken. */
  label(name: string): string {
    return INDENT + this.painter.dim(name.padEnd(LABEL_WIDTH));
  }

  /** A text behind a label, in as many lines as it takes. */
  line(name: string, text: string, paint: (text: string) => string = (plain) => plain): string[] {
    const lines = wrap(text, this.columns - INDENT.length - LABEL_WIDTH);
    return lines.map((line, at) => this.label(at === 0 ? name : '') + paint(line));
  }
}
