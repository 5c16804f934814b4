import type { ReactNode } from "react";
import type { AxesName } from "../../../../state/space/map/chart";
import { axesOf } from "../../../../state/space/map/map";
import { useItem } from "../../../kit/hooks";
import { NumberField } from "../../../kit/NumberField";
import controls from "../../../kit/Panels.module.css";
import { Segments } from "../../../kit/Segments";
import { Word } from "../../../kit/Word";
import { useSpaceState } from "../space";
import classes from "./MapToolbar.module.css";
import { type ColourBy, type Look, type Tool, useMap, useMapState } from "./maps";

interface Props {
  readonly look: Look;
  readonly onChange: (changes: Partial<Look>) => void;
}

interface ToolbarProps extends Props {
  /** What stands at its end. */
  readonly children: ReactNode;
}

const TOOLS: { value: Tool; label: string }[] = [
  { value: "look", label: "Look" },
  { value: "move", label: "Move" },
  { value: "lasso", label: "Lasso" },
];

/** Which map it is, what colours its points, and what a drag over it does. */
export function MapToolbar({ look, onChange, children }: ToolbarProps) {
  const item = useItem();
  const map = useMap();
  const axes = useMapState((state) => state.axes);
  const net = useSpaceState((state) => state.net);
  const size = net?.config.latentSize ?? 0;
  const titles: Record<AxesName, string> = {
    pca: "Principal axes",
    own: size > 2 ? "First two numbers" : size === 2 ? "Its two numbers" : "Its number",
    umap: "UMAP",
  };
  return (
    <div className={classes.toolbar}>
      <h3>
        <Word of="Map of codes">A map of the codes</Word>
      </h3>
      <div className={classes.axes}>
        <Segments
          aria-label="Axes of the map"
          data={axesOf({ net }).map((value) => ({ value, label: titles[value] }))}
          value={axes}
          onChange={map.setAxes}
        />
      </div>
      <Colour size={size} look={look} onChange={onChange} />
      <Segments
        aria-label="What the map shows"
        data={[
          { value: "garments", label: item.Kinds },
          { value: "tiles", label: "What the decoder draws" },
        ]}
        value={look.tiles ? "tiles" : "garments"}
        onChange={(value) => onChange({ tiles: value === "tiles" })}
      />
      <Segments
        aria-label="What a drag does"
        data={TOOLS}
        value={look.tool}
        onChange={(tool) => onChange({ tool })}
      />
      {children}
    </div>
  );
}

function Colour({ size, look, onChange }: Props & { size: number }) {
  const hasFigures = useSpaceState((state) => state.rebuilt !== null);
  const { colourBy } = look;
  const isNumber = typeof colourBy === "number";
  const choose = (value: string): ColourBy =>
    value === "number" ? 0 : (value as "class" | "ssim" | "ssimWriteup");
  return (
    <div className={classes.colour}>
      <label>
        Colour{" "}
        <select
          className={controls.select}
          value={isNumber ? "number" : colourBy}
          onChange={({ currentTarget }) => onChange({ colourBy: choose(currentTarget.value) })}
        >
          <option value="class">by class</option>
          <option value="ssimWriteup" disabled={!hasFigures}>
            by SSIM, write-up
          </option>
          <option value="ssim" disabled={!hasFigures}>
            by SSIM, Wang
          </option>
          <option value="number">by one number</option>
        </select>
      </label>
      {isNumber && (
        <span className={classes.number}>
          <NumberField
            rule={{ min: 1, max: size, whole: true }}
            label="Number of the code"
            hideLabel
            value={colourBy + 1}
            onCommit={(number) => onChange({ colourBy: number - 1 })}
          />
          of {size}
        </span>
      )}
    </div>
  );
}
