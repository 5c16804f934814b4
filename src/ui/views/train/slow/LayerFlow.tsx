import type { SlowLayer, Spread } from "../../../../protocol/messages";
import { Scroller } from "../../../kit/Scroller";
import { LabelWord, Word } from "../../../kit/Word";
import { type Fate, fatesOf, logShare, twoDigits } from "./flow";
import classes from "./Slow.module.css";
import type { Stage } from "./stages";

interface Props {
  readonly layers: readonly SlowLayer[];
  readonly stage: Stage;
}

/** Milliseconds by which each layer shows after the one before it. */
const STAGGER = 90;

/** The net's layers from the picture to the reconstruction; what a step tells of them comes stage by stage. */
export function LayerFlow({ layers, stage }: Props) {
  const fates = fatesOf(layers);
  const sizes = layers.map(({ output }) => output.rms);
  const norms = layers.map(({ gradientNorm }) => gradientNorm ?? 0);
  return (
    <Scroller className={classes.flow} label="The layers in this step">
      <table>
        <thead>
          <tr>
            <th scope="col">Layer</th>
            <th scope="col">Size of its numbers</th>
            <th scope="col">All 0</th>
            <th scope="col">
              <LabelWord>Gradient</LabelWord> that comes back
            </th>
            <th scope="col">
              <LabelWord>Weights</LabelWord>
            </th>
            <th scope="col">Their gradients</th>
            <th scope="col">They move</th>
          </tr>
        </thead>
        <tbody data-stage={stage}>
          {layers.map((layer, i) => {
            const { output, gradientNorm, dead, units, weights } = layer;
            const back = layers.length - 1 - i;
            return (
              <tr key={layer.layer} data-layer={layer.layer}>
                <th scope="row">{layer.layer}</th>
                <Cell isThere={stage >= 1} turn={i}>
                  <Bar share={logShare(output.rms, sizes)} />
                  {twoDigits(output.rms)}
                </Cell>
                <Cell isThere={stage >= 1} turn={i} isMarked={dead > 0 && weights !== null}>
                  {dead === 0 ? "none" : `${dead} of ${units}`}
                </Cell>
                <Cell isThere={stage >= 3} turn={back} isMarked={fates[i] !== "fine"}>
                  {gradientNorm !== null && (
                    <>
                      <Bar share={logShare(gradientNorm, norms)} />
                      {twoDigits(gradientNorm)}
                    </>
                  )}{" "}
                  <FateWord fate={fates[i] ?? "fine"} />
                </Cell>
                <Cell isThere={stage >= 4} turn={0}>
                  {weights && <Bins spread={weights.values} label={`Weights of ${layer.layer}`} />}
                </Cell>
                <Cell isThere={stage >= 4} turn={0}>
                  {weights && (
                    <Bins spread={weights.gradient} label={`Gradients of ${layer.layer}`} />
                  )}
                </Cell>
                <Cell isThere={stage >= 4} turn={0}>
                  {weights &&
                    (weights.change === null ? "from 0" : `${twoDigits(100 * weights.change)}%`)}
                </Cell>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroller>
  );
}

function FateWord({ fate }: { readonly fate: Fate }) {
  switch (fate) {
    case "fine":
      return null;
    case "nothing":
      return <b>none</b>;
    case "vanishing":
      return (
        <b>
          <Word of="vanishing gradient">vanishing</Word>
        </b>
      );
    case "exploding":
      return (
        <b>
          <Word of="exploding gradient">exploding</Word>
        </b>
      );
  }
}

interface CellProps {
  readonly isThere: boolean;
  /** Of the rows that show one after the other. */
  readonly turn: number;
  readonly isMarked?: boolean;
  readonly children: React.ReactNode;
}

/** Its room is there from the first stage on: nothing moves. */
function Cell({ isThere, turn, isMarked = false, children }: CellProps) {
  return (
    <td
      data-there={isThere || undefined}
      data-marked={isMarked || undefined}
      style={{ transitionDelay: isThere ? `${turn * STAGGER}ms` : "0ms" }}
      aria-hidden={!isThere || undefined}
    >
      {children}
    </td>
  );
}

function Bar({ share }: { readonly share: number }) {
  return <i className={classes.bar} style={{ width: `${Math.round(56 * share)}px` }} />;
}

/** How numbers are spread around 0; the root lifts bins with few of them. */
function Bins({ spread, label }: { readonly spread: Spread; readonly label: string }) {
  const { counts, most } = spread;
  const largest = Math.max(1, ...counts);
  const height = (count: number) => (18 * Math.sqrt(count / largest)).toFixed(1);
  return (
    <>
      <svg viewBox={`0 0 ${counts.length * 2} 18`} className={classes.bins} role="img">
        <title>{`${label}: up to ${twoDigits(most)} from 0`}</title>
        <path
          d={Array.from(counts, (count, bin) => `M${2 * bin} 18v-${height(count)}h1.7V18z`).join(
            "",
          )}
        />
      </svg>
      ±{twoDigits(most)}
    </>
  );
}
