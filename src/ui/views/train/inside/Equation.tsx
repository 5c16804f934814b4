import type { ReactNode } from "react";
import { learningRate as small } from "../../../kit/format";
import { Word } from "../../../kit/Word";
import classes from "./Inside.module.css";
import { NumberGrid } from "./NumberGrid";
import { brief, exact } from "./words";
import type { Term, Work } from "./work";

interface Props {
  readonly work: Work;
  /** Of a sum's terms the one whose numbers are shown. */
  readonly term: Term | null;
  /** Whether what comes in are an image's pixels. */
  readonly isImage: boolean;
  /** What the engine made. */
  readonly made: number;
}

/** How one number comes about, in numbers and colours, and that it is the engine's. */
export function Equation({ work, term, isImage, made }: Props) {
  const apart = Math.abs(work.value - made);
  return (
    <div className={classes.equation}>
      <Parts work={work} term={term} isImage={isImage} />
      <p className={classes.check} data-testid="inside-check" data-apart={apart}>
        The engine made <b data-figures>{exact(made)}</b>, this page{" "}
        <b data-figures>{exact(work.value)}</b>:{" "}
        {apart === 0 ? "the same number" : `${small(apart)} apart, which is rounding`}.
      </p>
    </div>
  );
}

function Parts({ work, term, isImage }: Omit<Props, "made">) {
  switch (work.kind) {
    case "sum":
      return term && <SumParts work={work} term={term} isImage={isImage} />;
    case "window": {
      const { window, of, value } = work;
      const marked = of === "largest" ? window.inputs.indexOf(Math.fround(value)) : -1;
      return (
        <>
          <NumberGrid
            title="The window"
            values={window.inputs}
            width={window.width}
            tone={isImage ? "pixels" : "numbers"}
            marked={marked}
          />
          <Lines>
            <Line value={value}>{of === "largest" ? "the largest of them" : "their mean"}</Line>
          </Lines>
        </>
      );
    }
    case "norm": {
      const { over, input, mean, variance, epsilon, gamma, beta, value } = work;
      return (
        <Lines>
          <Line value={input}>what comes in</Line>
          <Line value={mean} sign="−">
            mean of {over}
          </Line>
          <Line value={Math.sqrt(variance + epsilon)} sign="÷">
            their spread, √(variance + {epsilon})
          </Line>
          <Line value={gamma} sign="×">
            gamma
          </Line>
          <Line value={beta} sign="+">
            beta
          </Line>
          <Line value={value} sign="=" />
        </Lines>
      );
    }
    case "function":
      return (
        <Lines>
          <Line value={work.input}>what comes in</Line>
          <Line value={work.value} sign="→">
            {work.name}
          </Line>
        </Lines>
      );
    case "join":
      return (
        <Lines>
          {work.inputs.map((input, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an input is its place
            <Line key={i} value={input} sign={i === 0 ? "" : SIGNS[work.by]}>
              input {i + 1}
            </Line>
          ))}
          <Line value={work.value} sign="=">
            their {work.by}
          </Line>
        </Lines>
      );
    case "same":
      return (
        <Lines>
          <Line value={work.value} sign="=">
            {work.from
              ? `as it comes in, from ${placeWords(work.from)}`
              : "a zero that is put around"}
          </Line>
        </Lines>
      );
  }
}

const SIGNS = { sum: "+", product: "×", difference: "−", mean: ",", largest: ",", smallest: "," };

/** "row 3, column 5, map 1", counted from 1. */
export function placeWords(place: readonly number[]): string {
  const [first = 0, column = 0, map = 0] = place;
  return place.length === 3
    ? `row ${first + 1}, column ${column + 1}, map ${map + 1}`
    : `number ${first + 1}`;
}

interface SumProps {
  readonly work: Extract<Work, { kind: "sum" }>;
  readonly term: Term;
  readonly isImage: boolean;
}

function SumParts({ work, term, isImage }: SumProps) {
  const { window, factor, sum } = term;
  const { inputs, weights = inputs, width } = window;
  const products = inputs.map((x, i) => (Number.isNaN(x) ? Number.NaN : x * weights[i]!));
  const others = work.terms.length - 1;
  return (
    <>
      <div className={classes.product}>
        <NumberGrid
          title="The window"
          values={inputs}
          width={width}
          tone={isImage ? "pixels" : "numbers"}
        />
        <span className={classes.sign}>×</span>
        <NumberGrid title="Weights" values={weights} width={width} />
        <span className={classes.sign}>=</span>
        <NumberGrid title="Products" values={products} width={width} />
      </div>
      <Lines>
        {factor !== undefined && <Line value={sum / factor}>sum of the products</Line>}
        {factor !== undefined && (
          <Line value={factor} sign="×">
            one more weight
          </Line>
        )}
        <Line value={sum} sign={factor === undefined ? "" : "="}>
          {factor === undefined ? "sum of the products" : "what this map adds"}
        </Line>
        {others > 0 && (
          <Line value={work.total - sum - (work.bias ?? 0)} sign="+">
            from {others === 1 ? "the other map" : `the ${others} other maps`}
          </Line>
        )}
        {work.bias !== null && (
          <Line value={work.bias} sign="+">
            <Word>bias</Word>
          </Line>
        )}
        <Line value={work.total} sign="=" />
        {work.activation !== "no activation" && (
          <Line value={work.value} sign="→">
            {work.activation}
          </Line>
        )}
      </Lines>
    </>
  );
}

function Lines({ children }: { readonly children: ReactNode }) {
  return <dl className={classes.lines}>{children}</dl>;
}

interface LineProps {
  readonly value: number;
  readonly sign?: string;
  readonly children?: ReactNode;
}

function Line({ value, sign = "", children }: LineProps) {
  return (
    <div>
      <dd data-figures>
        <span className={classes.lineSign}>{sign}</span>
        {brief(value)}
      </dd>
      <dt>{children}</dt>
    </div>
  );
}
