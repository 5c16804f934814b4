import type { DataSpec } from "../../../../datasets/dataset";
import { itemWords } from "../../../../datasets/item-words";
import { frameName } from "../../../../state/frames";
import { drawnConfig, isForeign, netKeyOf, pcaKey, picturedConfig } from "../../../../state/state";
import { ssim, whole } from "../../../kit/format";
import { useAppState } from "../../../kit/hooks";
import { pixelsInWords } from "../../../pictures/draw";
import { ImageCanvas } from "../../../pictures/ImageCanvas";
import { useFrames, useStepsPerEpoch } from "../reconstructions/useFrames";
import type { Box, FigureLayout } from "./geometry";
import classes from "./NetFigure.module.css";

interface Props {
  readonly layout: FigureLayout;
  readonly spec: DataSpec;
  readonly index: number;
}

/** Garment, reconstruction and error in their places, each with a caption. */
export function NetPictures({ layout, spec, index }: Props) {
  const item = itemWords(spec);
  const config = useAppState(picturedConfig);
  const frame = useFrames((frames) => frames.shown());
  const stepsPerEpoch = useStepsPerEpoch();
  // Of a run of other images than those loaded, nobody has the originals.
  const foreign = useAppState(isForeign);
  const pca = useAppState((state) =>
    foreign ? null : (state.pca[pcaKey(picturedConfig(state))] ?? null),
  );
  const loaded = useAppState((state) => state.data !== null);
  const isDrawn = useAppState(
    (state) => netKeyOf(state, drawnConfig(state)) === netKeyOf(state, config),
  );
  const { scale, captionY } = layout;
  const shown = frame ? "reconstructions" : "pca";
  const figures = frame ?? pca;
  const value = figures?.ssimWriteup[index];
  const key = pcaKey(config);
  const absent = loaded && !figures;
  const name = frame && frameName(frame, stepsPerEpoch);
  const after = name === "at the start" ? name : `after ${name}`;
  const moment = name && (isDrawn ? after : `last run, ${name}`);
  const owner = moment ?? (pca ? (layout.hasStages ? "by PCA, until you train" : "by PCA") : "");

  return (
    <>
      <Picture
        box={layout.garment}
        title={item.One}
        detail={pixelsInWords(spec)}
        captionY={captionY}
        absent={foreign}
      >
        <ImageCanvas
          shown={{ kind: "original" }}
          index={foreign ? -1 : index}
          shape={spec}
          scale={scale}
          label={`The ${item.one}`}
        />
      </Picture>
      <Picture
        box={layout.reconstruction}
        title="Reconstruction"
        detail={owner || "press Train"}
        captionY={captionY}
        {...(frame ? { tone: "net" } : pca ? { tone: "pca" } : {})}
        absent={absent}
      >
        <ImageCanvas
          shown={{ kind: "image", of: shown }}
          index={index}
          shape={spec}
          scale={scale}
          pcaKey={key}
          label={frame ? "The net's reconstruction" : "PCA's reconstruction"}
        />
      </Picture>
      <Picture
        box={layout.error}
        title="Error"
        detail={value === undefined ? "white: none" : `SSIM ${ssim(value)}`}
        captionY={captionY}
        absent={absent || foreign}
      >
        <ImageCanvas
          shown={{ kind: "error", of: shown }}
          index={foreign ? -1 : index}
          shape={spec}
          scale={scale}
          pcaKey={key}
          label={`Error of ${whole(index + 1)}. reconstruction`}
        />
      </Picture>
    </>
  );
}

interface PictureProps {
  readonly box: Box;
  readonly title: string;
  readonly detail: string;
  readonly captionY: number;
  readonly tone?: "net" | "pca";
  readonly absent?: boolean;
  readonly children: React.ReactNode;
}

function Picture({ box, title, detail, captionY, tone, absent, children }: PictureProps) {
  return (
    <>
      <div
        className={classes.picture}
        data-tone={tone}
        data-absent={absent || undefined}
        style={{ left: box.x, top: box.y }}
      >
        {children}
      </div>
      <div
        className={classes.pictureCaption}
        style={{ left: box.x - 14, width: box.width + 28, top: captionY - 13 }}
      >
        <strong>{title}</strong>
        <span>{detail}</span>
      </div>
    </>
  );
}
