import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { readHidden } from "../../../state/hidden";
import { drawnConfig } from "../../../state/state";
import { GarmentChips } from "../../kit/GarmentChips";
import { useAppState } from "../../kit/hooks";
import { Part } from "../../kit/parts/Part";
import { SourceLine } from "../../kit/SourceTag";
import { LossPanel, SsimPanel } from "./Charts";
import { DevicePanel } from "./device/DevicePanel";
import { LatentControl } from "./latent/LatentControl";
import { ModelView } from "./model/ModelView";
import { NetFigure } from "./model/NetFigure";
import { OwnNet } from "./recipe/OwnNet";
import { PresetChooser } from "./recipe/PresetChooser";
import { RecipeSettings } from "./recipe/RecipeSettings";
import { GridSkeleton } from "./reconstructions/GridSkeleton";
import { ReconstructionGrid } from "./reconstructions/ReconstructionGrid";
import { Scoreboard } from "./results/Scoreboard";
import { Settings } from "./Settings";
import classes from "./TrainView.module.css";

/** Training: figure, controls, charts, results and pictures, in the order of reading. */
export function TrainView() {
  const [selected, setSelected] = useState(0);
  const images = useAppState((state) => state.data?.previewLabels.length ?? 0);
  const index = Math.min(selected, Math.max(0, images - 1));

  return (
    <div className={classes.main}>
      <div className={classes.picture}>
        <Headline />
        <Part name="The figure of the net">
          <NetFigure index={index} />
        </Part>
        <Part name="The list of layers">
          <ModelView />
        </Part>
      </div>
      <Rail />
      <div className={classes.rest}>
        <div className={classes.instruments}>
          <Part name="The chart of the loss">
            <LossPanel />
          </Part>
          <Part name="The charts of SSIM">
            <SsimPanel />
          </Part>
          <Part name="The results">
            <Scoreboard />
          </Part>
        </div>
        <Part name="The reconstructions">
          {images > 0 ? (
            <ReconstructionGrid selected={index} onSelect={setSelected} />
          ) : (
            <GridSkeleton />
          )}
        </Part>
      </div>
    </div>
  );
}

function Headline() {
  const size = useAppState((state) => drawnConfig(state).latentSize);
  return (
    <div className={classes.headline}>
      <h2>
        A garment goes through <em>{size === 1 ? "a single number" : `${size} numbers`}</em>. What
        comes back?
      </h2>
      <SourceLine />
    </div>
  );
}

function Rail() {
  const narrow = useMediaQuery("(max-width: 900px)", false, { getInitialValueInEffect: false });
  const [hidden] = useState(() => readHidden(window.location.search).hidden);
  const more = (
    <Part name="The recipe">
      {!hidden.has("garments") && <GarmentChips />}
      {!hidden.has("recipe") && <RecipeSettings />}
      {!hidden.has("device") && (
        <>
          <Settings />
          <DevicePanel />
        </>
      )}
    </Part>
  );
  const isEmpty = hidden.has("garments") && hidden.has("recipe") && hidden.has("device");
  return (
    <aside className={classes.rail} aria-label="Controls">
      <Part name="The choice of the net">
        {!hidden.has("net") && <PresetChooser />}
        {!hidden.has("net") && <OwnNet />}
        {!hidden.has("latent") && <LatentControl />}
      </Part>
      {narrow && !isEmpty ? (
        <details className={classes.more}>
          <summary>Garments, recipe, device and more</summary>
          {more}
        </details>
      ) : (
        more
      )}
    </aside>
  );
}
