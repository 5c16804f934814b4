import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { netOf } from "../../../nets/presets";
import { drawsItsCode } from "../../../nets/spec";
import { type ReadHidden, readHidden } from "../../../state/hidden";
import { drawnConfig, shownConfig } from "../../../state/state";
import { GarmentChips } from "../../kit/GarmentChips";
import { useAppState, useItem, usePicturedSpec } from "../../kit/hooks";
import { lazyPart } from "../../kit/parts/lazyPart";
import { Part } from "../../kit/parts/Part";
import { SourceLine } from "../../kit/SourceTag";
import { LossPanel, SsimPanel } from "./Charts";
import { DataField } from "./DataField";
import { LatentControl } from "./latent/LatentControl";
import { ModelView } from "./model/ModelView";
import { NetFigure } from "./model/NetFigure";
import type { LookedAt, Picked } from "./model/NetHandles";
import { More } from "./recipe/More";
import { PresetChooser } from "./recipe/PresetChooser";
import { RecipeSettings } from "./recipe/RecipeSettings";
import { GridSkeleton } from "./reconstructions/GridSkeleton";
import { Scoreboard } from "./results/Scoreboard";
import classes from "./TrainView.module.css";

const ReconstructionGrid = lazyPart(
  "ui/views/train/reconstructions/ReconstructionGrid",
  () => import("./reconstructions/ReconstructionGrid"),
);
const InsidePanel = lazyPart(
  "ui/views/train/inside/InsidePanel",
  () => import("./inside/InsidePanel"),
);
const ElboPanel = lazyPart("ui/views/train/ElboPanel", () => import("./ElboPanel"));
const SlowPanel = lazyPart("ui/views/train/slow/SlowPanel", () => import("./slow/SlowPanel"));
const NetEditor = lazyPart("ui/views/train/editor/NetEditor", () => import("./editor/NetEditor"));

/** Training: figure, controls, charts, results and pictures, in the order of reading. */
export function TrainView() {
  const [selected, setSelected] = useState(0);
  const images = useAppState((state) => state.data?.previewLabels.length ?? 0);
  const index = Math.min(selected, Math.max(0, images - 1));
  const [hidden] = useState(() => readHidden(window.location.search).hidden);
  const [picked, pick] = useState<Picked | null>(null);
  const [lookedAt, look] = useState<LookedAt | null>(null);
  const [isSlow, setSlow] = useState(false);

  return (
    <div className={classes.main}>
      <div className={classes.picture}>
        <Headline />
        <Part name="The figure of the net">
          <NetFigure
            index={index}
            onPick={hidden.has("net") ? undefined : pick}
            lookedAt={lookedAt}
            onLook={look}
          />
        </Part>
        {lookedAt && (
          <Part name="The look inside" onClose={() => look(null)}>
            <InsidePanel at={lookedAt} index={index} onLook={look} />
          </Part>
        )}
        {isSlow && (
          <Part name="The slow step" onClose={() => setSlow(false)}>
            <SlowPanel onClose={() => setSlow(false)} />
          </Part>
        )}
        {!hidden.has("net") && (
          <div className={classes.editor}>
            <Part name="The net’s editor">
              <NetEditor
                picked={picked}
                isLooking={lookedAt !== null}
                onLook={() => look(lookedAt ? null : { layer: null, map: 0 })}
                isSlow={isSlow}
                onSlow={() => setSlow(!isSlow)}
              />
            </Part>
          </div>
        )}
        <Part name="The list of layers">
          <ModelView />
        </Part>
      </div>
      <Rail hidden={hidden} />
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
        <Nats />
        <Part name="The reconstructions" fallback={<GridSkeleton />}>
          <ReconstructionGrid selected={index} onSelect={setSelected} />
        </Part>
      </div>
    </div>
  );
}

/** The ELBO, of nets that have one. */
function Nats() {
  const config = useAppState(shownConfig);
  const spec = usePicturedSpec();
  if (!drawsItsCode(netOf(config, spec))) return null;
  return (
    <Part name="The charts of the ELBO">
      <ElboPanel />
    </Part>
  );
}

function Headline() {
  const item = useItem();
  const size = useAppState((state) => drawnConfig(state).latentSize);
  return (
    <div className={classes.headline}>
      <h2>
        {item.A} goes through <em>{size === 1 ? "a single number" : `${size} numbers`}</em>. What
        comes back?
      </h2>
      <SourceLine />
    </div>
  );
}

function Rail({ hidden }: Pick<ReadHidden, "hidden">) {
  const narrow = useMediaQuery("(max-width: 900px)", false, { getInitialValueInEffect: false });
  const first = (
    <Part name="The recipe">
      {!hidden.has("garments") && (
        <>
          <DataField />
          <GarmentChips />
        </>
      )}
      {!hidden.has("recipe") && <RecipeSettings />}
    </Part>
  );
  return (
    <aside className={classes.rail} aria-label="Controls">
      <Part name="The choice of the net">
        {!hidden.has("net") && <PresetChooser />}
        {!hidden.has("latent") && <LatentControl />}
      </Part>
      {/* On a phone the charts come first. */}
      {!narrow && first}
      <More hidden={hidden} first={narrow ? first : null} />
    </aside>
  );
}
