import type { UmapStep } from "../../../../protocol/umap";
import { whole } from "../../../kit/format";
import { useItem } from "../../../kit/hooks";
import controls from "../../../kit/Panels.module.css";
import { ProgressBar } from "../../../kit/ProgressBar";
import { useSpaceState } from "../space";
import { useMap, useMapState } from "./maps";
import classes from "./UmapBar.module.css";

const STEPS: Readonly<Record<UmapStep, string>> = {
  neighbours: "finding each code’s neighbours",
  graph: "joining them to a graph",
  layout: "laying the graph out",
};

/** The same codes would fail in the same way: what helps instead stands in the message. */
const ENDS = {
  stopped: "UMAP was stopped on its way.",
  missing: "UMAP could not be loaded.",
  failed: "UMAP has no map of these codes.",
} as const;

/** Numbers of points to choose from; all of them is added. */
const COUNTS = [500, 1000, 2000, 5000];

/** How many garments UMAP lays out, how far it is, and the way to stop it. */
export function UmapBar() {
  const item = useItem();
  const map = useMap();
  const axes = useMapState((state) => state.axes);
  const progress = useMapState((state) => state.umap);
  const end = useMapState((state) => state.umapEnd);
  const points = useMapState((state) => state.umapPoints);
  const count = useSpaceState((state) => state.codes?.count ?? null);
  const isOver = useSpaceState((state) => state.progress === null);
  if (axes !== "umap") return null;
  if (count === null) {
    return (
      <div className={classes.bar} data-testid="umap">
        <span role="status" className={classes.words}>
          {isOver ? ENDS.failed : `UMAP begins as soon as every ${item.one} has its code.`}
        </span>
      </div>
    );
  }
  const counts = [...COUNTS.filter((each) => each < count), count];
  return (
    <div className={classes.bar} data-testid="umap">
      <label>
        {item.Many}{" "}
        <select
          className={controls.select}
          aria-label={`${item.Many} that UMAP lays out`}
          value={Math.min(points, count)}
          onChange={({ currentTarget }) => map.setUmapPoints(Number(currentTarget.value))}
        >
          {counts.map((each) => (
            <option key={each} value={each}>
              {each === count ? `all ${whole(each)}` : whole(each)}
            </option>
          ))}
        </select>
      </label>
      <span role="status" className={classes.words}>
        {progress
          ? `UMAP is ${STEPS[progress.step]}…`
          : end
            ? ENDS[end]
            : `UMAP has laid out ${whole(Math.min(points, count))} ${item.many}; every time the same way.`}
      </span>
      {progress && (
        <>
          <ProgressBar
            className={classes.progress}
            label="UMAP’s present step"
            share={progress.share}
          />
          <button type="button" className={controls.small} onClick={map.stopUmap}>
            Stop UMAP
          </button>
        </>
      )}
      {(end === "stopped" || end === "missing") && (
        <button type="button" className={controls.small} onClick={map.startUmap}>
          Start it again
        </button>
      )}
    </div>
  );
}
