import type { ComponentProps } from "react";
import { Dropdown } from "../Dropdown";
import { lazyPart } from "../parts/lazyPart";
import { Part } from "../parts/Part";
import type { ExportTargets as Targets } from "./ExportTargets";

type Props = Omit<ComponentProps<typeof Targets>, "children">;

const ExportTargets = lazyPart<Props>("ui/kit/export/ExportTargets", () =>
  import("./ExportTargets").then((module) => ({ default: module.ExportTargets })),
);

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
