import { UnstyledButton } from "@mantine/core";
import { type RefObject, useId, useState } from "react";
import { loadPart } from "../../client/parts";
import { Dropdown } from "../kit/Dropdown";
import { useDataSpec } from "../kit/hooks";
import { SaveIcon } from "../kit/icons";
import type { FigureFormat } from "./files";
import classes from "./SaveFigure.module.css";
import { whyNot } from "./trouble";

interface Props {
  /** What is drawn: all in it but its controls. */
  readonly of: RefObject<HTMLElement | null>;
  /** In the file's name: "reconstructions". */
  readonly name: string;
  /** Under the figure: what was trained, and how it is judged. */
  readonly caption: () => string;
  /** Where its pictures are not of the loaded images: whether they are a camera's. */
  readonly isCamera?: boolean;
}

/** Millimetres of a column and of a page in most journals. */
const WIDTHS = [
  { millimetres: 85, what: "one column" },
  { millimetres: 174, what: "full page" },
] as const;
const FORMATS: readonly { format: FigureFormat; what: string }[] = [
  { format: "PNG", what: "300 dpi" },
  { format: "SVG", what: "any size" },
];

/** A part of the page as a file for print. */
export function SaveFigure({ of, name, caption, ...given }: Props) {
  const { isCamera = false } = { ...useDataSpec(), ...given };
  const group = useId();
  const [width, setWidth] = useState<number>(174);
  const [state, setState] = useState("");

  const save = async (format: FigureFormat) => {
    if (!of.current) return;
    setState(`Drawing ${format} …`);
    try {
      const { saveFigure } = await loadPart("ui/figure/files", () => import("./files"));
      const figure = { root: of.current, name, caption: caption(), width, isCamera };
      const isSaved = await saveFigure(figure, format);
      setState(isSaved ? `${format} is among your downloads.` : "");
    } catch (error) {
      setState(whyNot(format, error));
    }
  };

  return (
    <Dropdown
      label={
        <>
          <SaveIcon size={14} />
          Save figure
        </>
      }
      testId={`save-${name}`}
      width={216}
      align="end"
    >
      <fieldset className={classes.widths}>
        <legend>Width in print</legend>
        {WIDTHS.map(({ millimetres, what }) => (
          <label key={millimetres}>
            <input
              type="radio"
              name={group}
              checked={width === millimetres}
              onChange={() => setWidth(millimetres)}
            />
            {millimetres} mm <small>{what}</small>
          </label>
        ))}
      </fieldset>
      <div className={classes.formats}>
        {FORMATS.map(({ format, what }) => (
          <UnstyledButton key={format} className={classes.format} onClick={() => void save(format)}>
            {format} <small>{what}</small>
          </UnstyledButton>
        ))}
      </div>
      <p role="status" className={classes.state}>
        {state}
      </p>
    </Dropdown>
  );
}
