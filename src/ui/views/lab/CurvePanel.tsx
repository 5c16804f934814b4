import { memo, useMemo } from "react";
import { PUBLISHED, type Published } from "../../../runs/published";
import { Key } from "../../charts/ChartPanel";
import { PROTOCOL_NAMES, type Protocol } from "../../charts/curves";
import { SizePanel } from "../../charts/SizePanel";
import * as format from "../../kit/format";
import { lazyPart } from "../../kit/parts/lazyPart";
import { Word } from "../../kit/Word";
import classes from "./CurvePanel.module.css";
import { useLabState } from "./lab";

const SizeChart = lazyPart("ui/views/lab/SizeChart", () => import("./SizeChart"));

/** SSIM against latent size over images of the test split: net, PCA and JPEG, and where we are. */
export const CurvePanel = memo(function CurvePanel({ protocol }: { protocol: Protocol }) {
  const testImages = useLabState((state) => state.testImages);
  const allTestImages = useLabState((state) => state.allTestImages);
  const netCurve = useLabState((state) => state.netCurve);
  const points = netCurve.map(({ kept, mean }) => `${format.ssim(mean[protocol])} at ${kept}`);
  const published = usePublished(protocol);
  return (
    <div className={classes.panel}>
      <SizePanel
        title="What each further number buys"
        unit="numbers in the code, or bytes of the JPEG file"
        testId="size-chart"
        summary={`SSIM by ${PROTOCOL_NAMES[protocol]} against the size of the code; this net: ${points.join(", ") || "being measured"}.`}
        legend={
          <>
            <Key colour="var(--net)" name="this net" />
            <Key colour="var(--pca)" dashed name={<Word>PCA</Word>} />
            <Key colour="var(--jpeg)" dashed name={<Word>JPEG</Word>} />
            {published.length > 0 && <Key colour="var(--published)" name="published nets" />}
            <Progress />
          </>
        }
        aside={
          <span className={classes.aside}>
            <Word>SSIM</Word>, {PROTOCOL_NAMES[protocol]}, mean over{" "}
            {testImages < allTestImages ? "the first" : "all"} {format.whole(testImages)}
            {testImages < allTestImages && ` of ${format.whole(allTestImages)}`}{" "}
            <Word>test images</Word>
          </span>
        }
      >
        {(width, height) => (
          <SizeChart protocol={protocol} published={published} width={width} height={height} />
        )}
      </SizePanel>
    </div>
  );
});

/** How far the curves are: each point is the mean over thousands of images. */
function Progress() {
  const percent = useLabState(({ net, failure, measured }) =>
    net && !failure && measured < 1 ? Math.floor(100 * measured) : null,
  );
  return percent === null ? null : <span data-figures>measuring, {percent}%</span>;
}

const ALL_PUBLISHED: readonly Published[] = Object.values(PUBLISHED);
const NONE: readonly Published[] = [];

/** The write-up's points belong beside its own protocol, on its own garments, where the axis has them. */
function usePublished(protocol: Protocol): readonly Published[] {
  const largest = useLabState(({ net }) => net?.config.latentSize ?? 0);
  const isTheirs = useLabState(
    ({ net, spec }) =>
      protocol === "ssimWriteup" &&
      spec?.source === "fashion-mnist" &&
      net?.config.classes.join() === "0,1",
  );
  return useMemo(
    () => (isTheirs ? ALL_PUBLISHED.filter(({ latentSize }) => latentSize <= largest) : NONE),
    [isTheirs, largest],
  );
}
