/** Cells as a Jupyter notebook (nbformat 4.5), and as a plain program. */

import type { Cell } from "./cells";

/** Lines of a cell, each but the last with its newline, as Jupyter writes them. */
function linesOf(source: string): string[] {
  return source.split(/(?<=\n)/);
}

/** The notebook as the object that its JSON is. */
export function notebook(cells: readonly Cell[]): object {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: "python3", display_name: "Python 3", language: "python" },
      language_info: { name: "python" },
    },
    cells: cells.map(({ kind, source }, index) => ({
      id: `cell-${index + 1}`,
      cell_type: kind,
      metadata: {},
      source: linesOf(source),
      ...(kind === "code" ? { execution_count: null, outputs: [] } : {}),
    })),
  };
}

/** The same cells as a program; editors know "# %%" as the start of a cell. */
export function program(cells: readonly Cell[]): string {
  return cells
    .map(({ kind, source }) =>
      kind === "code" ? `# %%\n${source}\n` : `# %% [markdown]\n${commented(source)}\n`,
    )
    .join("\n");
}

function commented(source: string): string {
  return source.replaceAll(/^/gm, "# ").replaceAll(/ +$/gm, "");
}
