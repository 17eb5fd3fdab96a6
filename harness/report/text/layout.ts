/** How much room a text has, and whether it may use colours. Nothing is said by colour alone. @internal */
export interface View {
  /** Columns available. */
  readonly columns: number;
  readonly colour: boolean;
}

/** How an execution is laid out for a reader. @internal */
export interface Layout extends View {
  /** Also the steps that are not causally before the failure. */
  readonly all?: boolean;
}

/** In front of every line below a headline. @internal */
export const INDENT = '  ';

/** Width of texts in files, such as Markdown and XML: nobody's terminal, so a comfortable one. @internal */
export const COLUMNS_IN_FILES = 120;

/** Narrower terminals get lines that are too long rather than tables without content. @internal */
export const COLUMNS_MIN = 40;
