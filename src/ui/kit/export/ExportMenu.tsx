import type { ComponentProps } from "react";
import { Dropdown } from "../Dropdown";
import { lazyPart } from "../parts/lazyPart";
import { Part } from "../parts/Part";

const ExportTargets = lazyPart("ui/kit/export/ExportTargets", () => import("./ExportTargets"));

type Props = Omit<ComponentProps<typeof ExportTargets>, "children">;

/** The way to a net's files, which are offered over the page when they are asked for. */
export function ExportMenu(props: Props) {
  return (
    <Dropdown label="Export this net" testId="export" width={330} align="start">
      <Part name="The export">
        <ExportTargets {...props} />
      </Part>
    </Dropdown>
  );
}
