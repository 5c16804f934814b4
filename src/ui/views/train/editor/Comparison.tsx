import { UnstyledButton } from "@mantine/core";
import { useMemo } from "react";
import { RECIPES } from "../../../../config/recipes";
import { alignNets } from "../../../../nets/align";
import { draftOf, netOfDraft } from "../../../../nets/edit";
import { type PresetName, presetNet } from "../../../../nets/presets";
import { summarizeSoFar } from "../../../../nets/summary";
import { compact } from "../../../kit/format";
import { useAppState, useFormSpec } from "../../../kit/hooks";
import { CloseIcon } from "../../../kit/icons";
import { Scroller } from "../../../kit/Scroller";
import classes from "./Comparison.module.css";
import { type LaneLayer, laneOf } from "./lane";
import { useEdited } from "./useNetEditor";

const SIGNS = { same: "", changed: "≠", added: "+", removed: "−" } as const;
const WORDS = {
  same: "as there",
  changed: "changed",
  added: "added",
  removed: "left out",
} as const;

interface Column {
  readonly mark: keyof typeof SIGNS;
  readonly before: LaneLayer | null;
  readonly after: LaneLayer | null;
}

interface Props {
  readonly preset: PresetName;
  readonly onClose: () => void;
}

/** A preset's layers over those of the form's net, with what was added, left out and changed. */
export function Comparison({ preset, onClose }: Props) {
  const draft = useEdited((state) => state.draft);
  const spec = useFormSpec();
  const latentSize = useAppState((state) => state.settings.latentSize);
  const { columns, counts, more } = useMemo(() => {
    const other = presetNet(preset, latentSize, spec);
    const own = netOfDraft(draft);
    const left = laneOf(draftOf(other), null);
    const right = laneOf(draft, null);
    const [lefts, rights] = [byName(left, other, draftOf(other)), byName(right, own, draft)];
    const columns = alignNets(other, own).flatMap(({ mark, before, after }): Column[] => {
      const column = {
        mark,
        before: before === null ? null : (lefts[before] ?? null),
        after: after === null ? null : (rights[after] ?? null),
      };
      // What goes without saying is not drawn.
      return column.before || column.after ? [column] : [];
    });
    const number = (mark: Column["mark"]) =>
      columns.filter((column) => column.mark === mark).length;
    return {
      columns,
      counts: (["added", "removed", "changed"] as const)
        .filter((mark) => number(mark) > 0)
        .map((mark) => `${number(mark)} ${WORDS[mark]}`),
      more: summarizeSoFar(own).parameters - summarizeSoFar(other).parameters,
    };
  }, [preset, latentSize, spec, draft]);
  const { title } = RECIPES[preset];
  return (
    <section className={classes.comparison} aria-label={`Compared with ${title}`}>
      <header className={classes.header}>
        <p data-testid="net-comparison">
          Beside <b>{title}</b> with as many numbers: {counts.join(", ") || "no difference"}
          {more !== 0 && `, ${compact(Math.abs(more))} weights ${more > 0 ? "more" : "fewer"}`}.{" "}
          <a href={`#runs?ladder=${preset},form`}>What does each change bring?</a>
        </p>
        <UnstyledButton
          className={classes.close}
          aria-label="Close the comparison"
          onClick={onClose}
        >
          <CloseIcon size={14} />
        </UnstyledButton>
      </header>
      <Scroller className={classes.scroller} label="Both nets, layer by layer">
        <table className={classes.table}>
          <tbody>
            <Net name={title} columns={columns} of="before" />
            <Net name="Form’s net" columns={columns} of="after" />
          </tbody>
        </table>
      </Scroller>
    </section>
  );
}

/** The row's layers by their places in the net. */
function byName(
  lane: readonly LaneLayer[],
  net: ReturnType<typeof netOfDraft>,
  draft: ReturnType<typeof draftOf>,
): readonly (LaneLayer | undefined)[] {
  const byId = new Map(lane.map((layer) => [layer.id, layer]));
  return net.layers.map((_, place) => byId.get(draft.layers[place]!.id));
}

interface NetProps {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly of: "before" | "after";
}

function Net({ name, columns, of }: NetProps) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {columns.map((column) => {
        const layer = column[of];
        const mark = layer ? column.mark : "same";
        return (
          <td
            key={`${column.before?.id}, ${column.after?.id}`}
            data-mark={mark}
            data-part={layer?.part}
          >
            {layer && (
              <>
                {mark !== "same" && (
                  <i title={WORDS[mark]} aria-label={WORDS[mark]} role="img">
                    {SIGNS[mark]}
                  </i>
                )}
                <span>{layer.mark}</span>
                <small>{mark === "changed" ? detailOf(layer) : layer.shape || "?"}</small>
              </>
            )}
          </td>
        );
      })}
    </tr>
  );
}

/** "3×3, ReLU" of "Convolution, 3×3, ReLU, makes 28×28×32" */
const detailOf = ({ words, shape }: LaneLayer): string => {
  const [, ...rest] = words.replace(/, makes .*$/, "").split(", ");
  return rest.join(", ") || shape;
};
