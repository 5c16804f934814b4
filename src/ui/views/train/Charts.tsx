import { isSame } from "../../../config/config";
import { lossName } from "../../../config/loss";
import { isExact } from "../../../metrics/exact";
import { netOf } from "../../../nets/presets";
import { isNested } from "../../../nets/spec";
import { publishedResult } from "../../../runs/published";
import { type AppState, shownConfig, shownPca } from "../../../state/state";
import { cursorStep } from "../../charts/axis";
import { ChartPanel, Key } from "../../charts/ChartPanel";
import { WITH_MARKS } from "../../charts/chartStyle";
import { bestEpoch, epochAt, type Protocol, pcaReference, trainingAt } from "../../charts/curves";
import * as format from "../../kit/format";
import { useApp, useAppState, usePicturedSpec, useSampled } from "../../kit/hooks";
import { CloseIcon } from "../../kit/icons";
import { lazyPart } from "../../kit/parts/lazyPart";
import { Word } from "../../kit/Word";
import classes from "./Charts.module.css";
import { LossTools } from "./LossTools";

const LossChart = lazyPart("ui/views/train/LossChart", () => import("./LossChart"));
const SsimChart = lazyPart("ui/views/train/SsimChart", () => import("./SsimChart"));

/** Milliseconds by which a panel may lag, so that not all of them render at once. */
const LAG = 120;

/** The newest training loss, or the one under the cursor, smoothed as it is drawn. */
function trainingWords(state: AppState): string {
  const { run, charts } = state;
  const step = cursorStep(state) ?? run?.losses.count ?? 0;
  const value = run && trainingAt(run.losses, charts.smoothing, step);
  return value === null ? "–" : format.loss(value);
}

const figuresShown = (state: AppState) => epochAt(state.run, cursorStep(state));

export function LossPanel() {
  const validation = useAppState((state) => figuresShown(state)?.validationLoss);
  const best = useAppState((state) => bestEpoch(state.run)?.epoch);
  const config = useAppState(shownConfig);
  const spec = usePicturedSpec();
  const name = lossName(config.loss, spec);
  const isEntropy = isSame("loss", config, { loss: { binaryCrossentropy: 1 } });
  const running = useAppState((state) => (state.run?.losses.count ?? 0) > 0);
  const training = isNested(netOf(config, spec)) ? "training, on codes cut off" : "training";
  const words =
    validation === undefined
      ? `Loss, ${name}: nothing trained yet.`
      : `Loss, ${name}, by epoch; validation loss ${format.loss(validation)}, best in epoch ${best}.`;
  return (
    <ChartPanel
      title="Loss"
      testId="loss-chart"
      hint={
        running
          ? null
          : "One step adjusts the weights to one batch; one epoch sees every image once."
      }
      summary={words}
      legend={
        <>
          <Key colour="var(--net)" name={training}>
            <Training />
          </Key>
          <Key colour="var(--validation)" name={<Word of="Validation images">validation</Word>}>
            <strong data-testid="validation-loss">
              {validation === undefined ? "–" : format.loss(validation)}
            </strong>
          </Key>
          <EarlierKey withForget />
        </>
      }
      aside={<Dim of={isEntropy ? "BCE" : "Loss"}>{name}</Dim>}
      tools={<LossTools />}
      sheet={{
        name: "loss",
        measure: name,
        keys: [
          { name: training, colour: "var(--net)" },
          { name: "validation", colour: "var(--validation)" },
        ],
      }}
    >
      {(width, height, visible) => (
        <LossChart config={config} width={width} height={height} visible={visible} />
      )}
    </ChartPanel>
  );
}

function Training() {
  return <strong data-testid="training-loss">{useAppState(trainingWords)}</strong>;
}

/** How many runs are drawn behind this one. */
function EarlierKey({ withForget = false }: { withForget?: boolean }) {
  const app = useApp();
  const count = useAppState((state) => state.earlier.length);
  if (count === 0) return null;
  return (
    <Key colour="var(--ink-3)" name={count === 1 ? "1 earlier run" : `${count} earlier runs`}>
      {withForget && (
        <button
          type="button"
          className={classes.forget}
          aria-label="Forget earlier runs"
          title="Take earlier runs out of the charts"
          onClick={app.forgetEarlier}
        >
          <CloseIcon size={12} />
        </button>
      )}
    </Key>
  );
}

interface ProtocolWords {
  readonly protocol: Protocol;
  readonly name: string;
  readonly short: string;
  /** In the glossary. */
  readonly word: string;
}

const PROTOCOLS: readonly ProtocolWords[] = [
  {
    protocol: "ssimWriteup",
    name: "write-up protocol",
    short: "write-up",
    word: "write-up’s protocol",
  },
  { protocol: "ssim", name: "Wang et al. 2004", short: "Wang", word: "Wang" },
];

/** SSIM by both protocols, one above the other: their values do not compare. */
export function SsimPanel() {
  const newest = useSampled((state) => state.run?.epochs.at(-1), LAG, true);
  const pointed = useAppState((state) => (state.cursor === null ? null : figuresShown(state)));
  const shown = pointed === null ? newest : pointed;
  const config = useAppState(shownConfig);
  const pca = useAppState(shownPca);
  const source = useAppState((state) => state.data?.spec.source);
  const published = publishedResult(config, source)?.ssimWriteup ?? null;
  const values = PROTOCOLS.map(
    ({ protocol, short }) => shown && `${format.ssim(shown.validation[protocol])} (${short})`,
  );
  const keys = [
    { name: "this net", word: "Net", colour: "var(--net)" },
    ...(pca
      ? [
          {
            name: `PCA, ${isExact(pca.test) ? "all numbers" : config.latentSize}`,
            word: "PCA",
            colour: "var(--pca)",
            dashed: true,
          },
        ]
      : []),
    ...(published === null
      ? []
      : [{ name: "published", word: "Write-up", colour: "var(--published)" }]),
  ];

  return (
    <ChartPanel
      title="SSIM"
      testId="ssim-chart"
      hint={null}
      summary={
        shown
          ? `SSIM on the validation images by epoch: ${values.join(", ")}.`
          : "SSIM: nothing trained yet."
      }
      legend={
        <>
          {keys.map((key) => (
            <Key key={key.name} {...key} name={<Word of={key.word}>{key.name}</Word>} />
          ))}
          <EarlierKey />
        </>
      }
      aside={<Dim of="Validation images">on the validation images</Dim>}
      right={WITH_MARKS.right}
      sheet={{ name: "ssim", measure: "on the validation images", keys }}
    >
      {(width, height, visible) =>
        PROTOCOLS.map(({ protocol, name, word }, place) => (
          <div key={protocol}>
            <p className={classes.protocol} data-caption="">
              <Word of={word}>{name}</Word>
              <b data-figures>{shown ? format.ssim(shown.validation[protocol]) : "–"}</b>
            </p>
            <SsimChart
              protocol={protocol}
              config={config}
              pca={pcaReference(pca, protocol)}
              published={protocol === "ssimWriteup" ? published : null}
              withTicks={place === PROTOCOLS.length - 1}
              width={width}
              height={chartHeight(height, place)}
              visible={visible}
            />
          </div>
        ))
      }
    </ChartPanel>
  );
}

/** Lines over a chart, and the epochs' figures under the last one. */
const PROTOCOL_LINE = 20;
const TICKS = 30;

/** Equal plots: the last chart has the figures of the axis besides. */
function chartHeight(height: number, place: number): number {
  const plot = (height - PROTOCOLS.length * PROTOCOL_LINE - TICKS) / PROTOCOLS.length;
  return Math.max(40, plot + (place === PROTOCOLS.length - 1 ? TICKS : 0));
}

function Dim({ of, children }: { of: string; children: string }) {
  return (
    <span className={classes.dim}>
      <Word of={of}>{children}</Word>
    </span>
  );
}
