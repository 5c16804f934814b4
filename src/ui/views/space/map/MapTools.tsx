import { ActionIcon } from "@mantine/core";
import { MinusIcon, PlusIcon, WholeIcon } from "../../../kit/icons";
import { useSpace } from "../space";
import classes from "./MapTools.module.css";
import { useMap } from "./maps";
import type { MapView } from "./view";

const ZOOM = 1.6;

/** Buttons over the map's corner: zoom, and the keyboard's way to select. */
export function MapTools({ view }: { view: MapView }) {
  const space = useSpace();
  const map = useMap();
  return (
    <div className={classes.tools} data-screen-only="">
      <button
        type="button"
        className={classes.words}
        onClick={() => {
          const { chart } = map.store.getState();
          if (chart) space.select(chart.grid.within(view.bounds));
        }}
      >
        Select what is in view
      </button>
      <ActionIcon variant="default" aria-label="Zoom in" onClick={() => view.zoom(ZOOM)}>
        <PlusIcon size={16} />
      </ActionIcon>
      <ActionIcon variant="default" aria-label="Zoom out" onClick={() => view.zoom(1 / ZOOM)}>
        <MinusIcon size={16} />
      </ActionIcon>
      <ActionIcon variant="default" aria-label="Show all" onClick={() => view.fit()}>
        <WholeIcon size={16} />
      </ActionIcon>
    </div>
  );
}
