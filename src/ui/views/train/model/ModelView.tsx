import { useState } from "react";
import { netTitle } from "../../../../config/recipes";
import { isExact } from "../../../../metrics/exact";
import type { ModelSummary } from "../../../../nets/summary";
import { estimatedRate } from "../../../../state/speed";
import { drawnConfig, netKeyOf, pcaKey } from "../../../../state/state";
import { compact, ssim, whole } from "../../../kit/format";
import { useAppState, useFormSpec, useSampled } from "../../../kit/hooks";
import { lazyPart } from "../../../kit/parts/lazyPart";
import { Part } from "../../../kit/parts/Part";
import { LabelWord } from "../../../kit/Word";
import classes from "./ModelView.module.css";
import { useNetSummary } from "./useNetSummary";

const LayerTable = lazyPart("ui/views/train/model/LayerTable", () => import("./LayerTable"));

/** What the chosen net consists of, without training it: totals, and on demand every layer. */
export function ModelView() {
  const settings = useAppState((state) => state.settings);
  const isDrawn = useAppState(
    (state) => netKeyOf(state, drawnConfig(state)) === netKeyOf(state, state.settings),
  );
  const draft = useAppState((state) => state.draft);
  const summary = useNetSummary(settings, useFormSpec(), draft);
  const [open, setOpen] = useState(false);
  const title = netTitle(settings);
  return (
    <details
      className={classes.view}
      data-testid="model-view"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <strong>Layers</strong>
        <Totals
          summary={summary}
          of={isDrawn || draft ? null : `${title}, ${settings.latentSize}`}
          isSoFar={draft !== null}
        />
      </summary>
      {open && (
        <Part name="The table of layers">
          <LayerTable summary={summary} />
        </Part>
      )}
    </details>
  );
}

interface TotalsProps {
  readonly summary: ModelSummary;
  /** Which net it is, where another one is drawn; null where it is the one. */
  readonly of: string | null;
  /** Of a net that goes no further. */
  readonly isSoFar: boolean;
}

function Totals({ summary, of, isSoFar }: TotalsProps) {
  const { layers, parameters, multiplyAdds } = summary;
  return (
    <>
      {isSoFar && <span>so far</span>}
      <span>
        <b data-figures>{layers.length}</b> {layers.length === 1 ? "layer" : "layers"}
      </span>
      <span>
        <b data-figures data-testid="net-weights">
          {whole(parameters)}
        </b>{" "}
        <LabelWord>weights</LabelWord>
      </span>
      <span>
        <b data-figures>{compact(multiplyAdds)}</b> <LabelWord>multiply-adds</LabelWord> an image
        forward, {compact(2 * multiplyAdds)}FLOP
      </span>
      {of && <span>chosen, not in training: {of}</span>}
      <span className={classes.ahead}>
        {!isSoFar && <ToBeat />}
        {/* Of another net, a figure of its own at once. */}
        {!isSoFar && <Rate key={multiplyAdds} multiplyAdds={multiplyAdds} />}
      </span>
    </>
  );
}

/** About how fast it would train here; a run under way tells ten times a second, which nobody reads. */
function Rate({ multiplyAdds }: Pick<ModelSummary, "multiplyAdds">) {
  const rate = useSampled((state) => estimatedRate(state, multiplyAdds), 1000, true);
  if (rate === null) return null;
  return (
    <span data-testid="net-rate">
      about <b data-figures>{whole(rate)}</b> images a second here
    </span>
  );
}

/** PCA with as many numbers as the code has: with its figure on the validation images, once it is there. */
function ToBeat() {
  const { latentSize } = useAppState((state) => state.settings);
  const pca = useAppState((state) => state.pca[pcaKey(state.settings)]);
  return (
    <span data-testid="net-to-beat">
      {pca && isExact(pca.validation)
        ? "nothing to beat: PCA with so many numbers loses nothing"
        : `to beat: PCA ${latentSize}`}
      {pca && !isExact(pca.validation) && (
        <>
          , SSIM <b data-figures>{ssim(pca.validation.ssimWriteup)}</b>
        </>
      )}
    </span>
  );
}
