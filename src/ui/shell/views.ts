/** The page's views, in the order of its navigation; all but the first are fetched when opened. */

import type { ComponentType } from "react";
import { lazyPart } from "../kit/parts/lazyPart";
import { TrainView } from "../views/train/TrainView";

export interface View {
  /** In the address, behind "#". */
  readonly name: string;
  readonly title: string;
  readonly Component: ComponentType;
}

/** The first is what an address without "#" shows. */
export const VIEWS: readonly [View, ...View[]] = [
  { name: "train", title: "Train", Component: TrainView },
  {
    name: "images",
    title: "Images",
    Component: lazyPart("ui/views/images/ImagesView", () => import("../views/images/ImagesView")),
  },
  {
    name: "lab",
    title: "Lab",
    Component: lazyPart("ui/views/lab/LabView", () => import("../views/lab/LabView")),
  },
  {
    name: "space",
    title: "Space",
    Component: lazyPart("ui/views/space/SpaceView", () => import("../views/space/SpaceView")),
  },
  {
    name: "runs",
    title: "Runs",
    Component: lazyPart("ui/views/runs/RunsView", () => import("../views/runs/RunsView")),
  },
  {
    name: "data",
    title: "Data",
    Component: lazyPart("ui/views/data/DatasetView", () => import("../views/data/DatasetView")),
  },
];

/**
 * The view that an address's "#name" or "#name?parameters" stands for; the first where there is
 * none of that name.
 */
export function viewOf(hash: string): View {
  const name = hash.replace(/^#/, "").replace(/\?.*$/, "");
  return VIEWS.find((view) => view.name === name) ?? VIEWS[0];
}
