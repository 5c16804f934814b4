import { useRef } from "react";
import type { LayerSpec } from "../../../../nets/spec";
import type { LayerInside } from "../../../../protocol/messages";
import { useSize } from "../../../kit/hooks";
import { mostOf } from "./colours";
import classes from "./Inside.module.css";
import { changeOf, type Kernels, kernelsOf, sheetOf } from "./kernels";
import { Sheet } from "./Sheet";

interface Props {
  readonly spec: LayerSpec;
  readonly inside: LayerInside;
  /** Map of the input that the kernels meet. */
  readonly input: number;
  readonly maps: readonly number[] | null;
  /** The filter that is looked at. */
  readonly filter: number;
  readonly onFilter: (filter: number) => void;
}

/** CSS pixels of a tile's longer side, at least. */
const TILE = 24;
/** CSS pixels that the rows' names take where they stand beside them. */
const NAME = 92;
/** More tiles than these are not drawn: a dense layer can have thousands. */
const MOST_TILES = 256;

/** The layer's kernels for one map of its input: as they are, as they began, and what has changed. */
export function KernelRows({ spec, inside, input, maps, filter, onFilter }: Props) {
  const room = useRef<HTMLDivElement>(null);
  const { width } = useSize(room);
  const now = kernelsOf(spec, inside.weights, input, maps);
  const start = inside.start && kernelsOf(spec, inside.start, input, maps);
  const own = spec.kind === "depthwise" ? 0 : filter;
  const change = now && start && changed(now, start);
  const moved = now && start && changeOf(now.each[own] ?? NONE, start.each[own] ?? NONE);
  const rows = [
    { name: "Now", kernels: now },
    { name: "At the start", kernels: start },
    { name: "Change", kernels: change },
  ];
  return (
    <div ref={room} className={classes.kernels}>
      {now && width > 0 && (
        <>
          <h4>
            {titleOf(spec, now.each.length)}
            {" over map "}
            {input + 1}
          </h4>
          {rows.map(
            ({ name, kernels }) =>
              kernels && (
                <Row
                  key={name}
                  name={name}
                  kernels={kernels}
                  room={Math.max(120, width - NAME)}
                  chosen={own}
                  {...(name === "Now" && spec.kind !== "depthwise" ? { onFilter } : {})}
                />
              ),
          )}
          <p>{movedWords(moved, start !== null)}</p>
        </>
      )}
    </div>
  );
}

const NONE = new Float32Array(0);

function titleOf({ kind }: LayerSpec, count: number): string {
  if (count === 1) return "The kernel";
  return kind === "dense" ? `Weights of the ${count} numbers` : `Kernels of the ${count} filters`;
}

function movedWords(moved: number | null, isKnown: boolean): string {
  if (!isKnown) return "What they were before the first step cannot be had.";
  if (moved === null) return "They began at 0.";
  const percent = moved >= 0.1 ? Math.round(100 * moved) : Number((100 * moved).toPrecision(2));
  return `What is framed has moved by ${percent}% of its length since the start.`;
}

function changed(now: Kernels, start: Kernels): Kernels {
  const each = now.each.map((tile, i) => tile.map((value, at) => value - start.each[i]![at]!));
  return { ...now, each };
}

interface RowProps {
  readonly name: string;
  readonly kernels: Kernels;
  readonly room: number;
  readonly chosen: number;
  readonly onFilter?: (filter: number) => void;
}

function Row({ name, kernels, room, chosen, onFilter }: RowProps) {
  const { width, height } = kernels;
  const each = kernels.each.slice(0, MOST_TILES);
  const scale = Math.max(1, Math.ceil(TILE / Math.max(width, height)));
  const columns = Math.max(1, Math.floor((room / scale + 1) / (width + 1)));
  const perRow = Math.min(columns, each.length);
  const sheet = sheetOf({ ...kernels, each }, columns);
  const most = each.reduce((largest, tile) => Math.max(largest, mostOf(tile)), 0);
  const framed = {
    top: Math.floor(chosen / perRow) * (height + 1),
    left: (chosen % perRow) * (width + 1),
    rows: height,
    columns: width,
  };
  const filterAt = (cell: number) => {
    const row = Math.floor(cell / sheet.width / (height + 1));
    const column = Math.floor((cell % sheet.width) / (width + 1));
    return Math.min(each.length - 1, row * perRow + column);
  };
  const rows = sheet.values.length / sheet.width;
  return (
    <div className={classes.kernelRow}>
      <span className={classes.rowName}>{name}</span>
      <Sheet
        values={sheet.values}
        width={sheet.width}
        tone="numbers"
        most={most}
        room={scale * Math.max(sheet.width, rows)}
        framed={chosen < each.length ? framed : null}
        label={`${name}: ${each.length === 1 ? "a kernel" : `${each.length} kernels`} of ${height} by ${width}`}
        pitch={{ rows: height + 1, columns: width + 1 }}
        {...(onFilter ? { onPick: (cell: number) => onFilter(filterAt(cell)) } : {})}
      />
    </div>
  );
}
