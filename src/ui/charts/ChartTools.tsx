import { type ReactNode, type RefObject, useState } from "react";
import { loadPart } from "../../client/parts";
import { whyNot } from "../figure/trouble";
import { useApp, useAppState } from "../kit/hooks";
import { SaveIcon } from "../kit/icons";
import classes from "./ChartTools.module.css";
import type { ChartSheet } from "./save/picture";

interface Props {
  readonly room: RefObject<HTMLElement | null>;
  readonly sheet: ChartSheet;
  /** Controls of this chart alone. */
  readonly children: ReactNode;
}

const FORMATS = ["PNG", "SVG", "CSV"] as const;
type Format = (typeof FORMATS)[number];

/** Under a chart: its own controls, the way back from a zoom, and the chart as a file. */
export function ChartTools({ room, sheet, children }: Props) {
  const app = useApp();
  const zoom = useAppState((state) => state.charts.zoom);
  const trained = useAppState((state) => (state.run?.losses.count ?? 0) > 0);
  const [trouble, setTrouble] = useState("");

  const save = async (format: Format) => {
    const { run } = app.store.getState();
    if (!run || !room.current) return;
    setTrouble("");
    try {
      const files = await loadPart("ui/charts/save/files", () => import("./save/files"));
      if (format === "CSV") files.saveCsv(run, sheet);
      else if (format === "SVG") files.saveSvg(room.current, run, sheet);
      else await files.savePng(room.current, run, sheet);
    } catch (error) {
      setTrouble(whyNot(format, error));
    }
  };

  return (
    <div className={classes.tools}>
      {children}
      {zoom && (
        <button type="button" onClick={() => app.changeCharts({ zoom: null })}>
          All epochs
        </button>
      )}
      <span className={classes.save}>
        {trouble && <em role="alert">{trouble}</em>}
        <SaveIcon size={14} />
        {FORMATS.map((format) => (
          <button
            key={format}
            type="button"
            aria-label={`Save ${sheet.title} as ${format}`}
            disabled={!trained}
            onClick={() => void save(format)}
          >
            {format}
          </button>
        ))}
      </span>
    </div>
  );
}
