import { NativeSelect, UnstyledButton } from "@mantine/core";
import { useMemo, useState } from "react";
import type { RunConfig } from "../../../../config/config";
import { ConfigError } from "../../../../config/config-schema";
import { netTitle, RECIPES } from "../../../../config/recipes";
import { netOf, PRESETS } from "../../../../nets/presets";
import { NetError, summarizeNet } from "../../../../nets/summary";
import { NetTextError } from "../../../../nets/text";
import { canMeasure } from "../../../../state/devices";
import {
  keptRuns,
  type Ladder,
  type LadderChoice,
  type LadderEnd,
  missingOf,
  planLadder,
  stepsOf,
} from "../../../../state/ladder/ladder";
import { activeConfig, newLadderTag, underWay } from "../../../../state/ladder/ladder-log";
import { estimatedSeconds } from "../../../../state/speed";
import { type AppState, specOfConfig } from "../../../../state/state";
import controls from "../../../kit/Controls.module.css";
import { compact, duration } from "../../../kit/format";
import { useApp, useAppState, useRuns, useSampled } from "../../../kit/hooks";
import form from "../../../kit/Settings.module.css";
import { type Ends, FORM, hashOfEnds } from "./address";
import classes from "./LadderForm.module.css";

const SEEDS = [1, 2, 3, 4, 5].map((value) => ({
  value: String(value),
  label: value === 1 ? "1 seed" : `${value} seeds`,
}));
const EPOCHS = [
  { value: "", label: "of its recipe" },
  ...[1, 2, 5, 10, 20, 50].map((value) => ({ value: String(value), label: String(value) })),
];
const SELECT = { input: form.select ?? "", label: form.name ?? "" };

interface Props {
  readonly ends: Ends;
  readonly from: LadderEnd;
  readonly to: LadderEnd;
  readonly onBegin: (ladder: Ladder) => void;
}

/** Between which nets, in which order, with how many seeds and epochs; how long it will take. */
export function LadderForm({ ends, from, to, onBegin }: Props) {
  const spec = useAppState((state) => specOfConfig(state, from.config));
  const [order, setOrder] = useState<readonly string[]>([]);
  const [seeds, setSeeds] = useState(1);
  const [epochs, setEpochs] = useState<number | null>(null);
  const choice = useMemo(
    (): LadderChoice => ({ from, to, order, seeds, epochs }),
    [from, to, order, seeds, epochs],
  );
  const { steps, problem } = useMemo(() => planned(choice, spec), [choice, spec]);
  const go = (next: Partial<Ends>) => {
    window.location.hash = hashOfEnds({ ...ends, ...next });
  };
  const move = (place: number, by: -1 | 1) => {
    const groups = steps.slice(1).map(({ ids }) => ids);
    const [group] = groups.splice(place, 1);
    if (group) groups.splice(place + by, 0, group);
    setOrder(groups.flat());
  };
  return (
    <div className={classes.form}>
      <div className={classes.ends}>
        <EndChoice
          label="From"
          word={ends.from}
          end={from}
          onChoose={(word) => go({ from: word })}
        />
        <EndChoice label="To" word={ends.to} end={to} onChoose={(word) => go({ to: word })} />
        <UnstyledButton
          className={classes.small}
          onClick={() => go({ from: ends.to, to: ends.from })}
        >
          Swap
        </UnstyledButton>
      </div>
      {problem ? (
        <p role="alert" data-testid="ladder-problem">
          {problem}
        </p>
      ) : (
        <ol
          className={classes.steps}
          aria-label="Changes, in their order"
          data-testid="ladder-steps"
        >
          {steps.map(({ step, change, parameters }) => (
            <li key={change}>
              <span>{change}</span>
              <small data-figures>{compact(parameters)} weights</small>
              {step > 0 && (
                <>
                  <Move
                    label={`${change} earlier`}
                    sign="↑"
                    onMove={step > 1 ? () => move(step - 1, -1) : null}
                  />
                  <Move
                    label={`${change} later`}
                    sign="↓"
                    onMove={step < steps.length - 1 ? () => move(step - 1, 1) : null}
                  />
                </>
              )}
            </li>
          ))}
        </ol>
      )}
      <div className={classes.numbers}>
        <NativeSelect
          label="Seeds"
          size="xs"
          classNames={SELECT}
          data={SEEDS}
          value={String(seeds)}
          onChange={({ currentTarget }) => setSeeds(Number(currentTarget.value))}
        />
        <NativeSelect
          label="Epochs of each net"
          size="xs"
          classNames={SELECT}
          data={EPOCHS}
          value={String(epochs ?? "")}
          onChange={({ currentTarget }) => setEpochs(Number(currentTarget.value) || null)}
        />
      </div>
      {steps.length > 1 && <Begin choice={choice} spec={spec} onBegin={onBegin} />}
    </div>
  );
}

interface PlannedSteps {
  readonly steps: readonly (ReturnType<typeof stepsOf>[number] & { readonly parameters: number })[];
  /** Why there are none, for people; empty where there are. */
  readonly problem: string;
}

function planned(choice: LadderChoice, spec: Parameters<typeof stepsOf>[1]): PlannedSteps {
  try {
    const steps = stepsOf(choice, spec).map((step) => {
      return { ...step, parameters: summarizeNet(netOf(step.config, spec)).parameters };
    });
    const problem = "Both are the same net with the same recipe: choose another.";
    return steps.length > 1 ? { steps, problem: "" } : { steps: [], problem };
  } catch (error) {
    const isKnown =
      error instanceof NetError ||
      error instanceof NetTextError ||
      error instanceof ConfigError ||
      error instanceof RangeError;
    if (isKnown) return { steps: [], problem: `No ladder leads there: ${error.message}` };
    throw error;
  }
}

interface EndChoiceProps {
  readonly label: string;
  readonly word: string;
  readonly end: LadderEnd;
  readonly onChoose: (word: string) => void;
}

function EndChoice({ label, word, end, onChoose }: EndChoiceProps) {
  const own = useAppState((state) => netTitle(state.settings));
  const known = [
    ...PRESETS.map((value): { value: string; label: string } => {
      return { value, label: RECIPES[value].title };
    }),
    { value: FORM, label: `${own} of the form` },
  ];
  const isKnown = known.some(({ value }) => value === word);
  return (
    <NativeSelect
      label={label}
      size="xs"
      classNames={SELECT}
      data={isKnown ? known : [...known, { value: word, label: end.title }]}
      value={word}
      onChange={({ currentTarget }) => onChoose(currentTarget.value)}
    />
  );
}

interface MoveProps {
  readonly label: string;
  readonly sign: string;
  readonly onMove: (() => void) | null;
}

const Move = ({ label, sign, onMove }: MoveProps) => (
  <UnstyledButton
    className={classes.small}
    aria-label={label}
    title={label}
    disabled={onMove === null}
    onClick={onMove ?? undefined}
  >
    {sign}
  </UnstyledButton>
);

interface BeginProps {
  readonly choice: LadderChoice;
  readonly spec: Parameters<typeof planLadder>[1];
  readonly onBegin: (ladder: Ladder) => void;
}

function Begin({ choice, spec, onBegin }: BeginProps) {
  const records = useRuns((state) => state.records);
  const ladder = useMemo(() => planLadder(choice, spec, ""), [choice, spec]);
  const kept = useMemo(() => keptRuns(ladder, records ?? []), [ladder, records]);
  const active = useAppState(activeConfig);
  const queue = useAppState((state) => state.queue);
  const all = kept.length;
  const missing = missingOf(ladder, kept, []).length;
  const left = useMemo(
    () => missingOf(ladder, kept, underWay(active, queue)),
    [ladder, kept, active, queue],
  );
  const begin = () => onBegin({ ...ladder, tag: newLadderTag() });
  const { order, seeds, epochs } = choice;
  return (
    <>
      <p className={controls.note} data-testid="ladder-effort">
        {missing < all &&
          `${all - missing} of ${all} nets ${all - missing === 1 ? "is" : "are"} among the kept runs already. `}
        {left.length > 0 && (
          // Of another choice, a figure of its own at once.
          <Effort key={[left.length, seeds, epochs, ...order].join()} configs={left} />
        )}
      </p>
      <button
        type="button"
        className={`${controls.go} ${classes.begin}`}
        disabled={missing > 0 && left.length === 0}
        onClick={begin}
      >
        {beginWords(missing, left.length)}
      </button>
    </>
  );
}

/** @param left nets that neither are kept nor train nor wait */
function beginWords(missing: number, left: number): string {
  if (missing === 0) return "Show what they bring";
  if (left === 0) return "Under way";
  return left === 1 ? "Train 1 net" : `Train ${left} nets`;
}

/** How long it takes, by what was measured here. */
function Effort({ configs }: { readonly configs: readonly RunConfig[] }) {
  const app = useApp();
  const seconds = useSampled((state) => secondsOf(state, configs), 1000, true);
  const mayMeasure = useAppState(canMeasure);
  const measuring = useAppState((state) => state.measuring);
  if (seconds === null) {
    return (
      <>
        How long they take is not known yet.{" "}
        <UnstyledButton className={classes.link} disabled={!mayMeasure} onClick={app.measure}>
          {measuring ? "Timing the devices …" : "Time this machine’s devices"}
        </UnstyledButton>
      </>
    );
  }
  const isLess = configs.some(({ patience }) => patience !== null);
  return (
    <>
      About <b data-figures>{duration(seconds)}</b> of training{isLess ? " at most" : ""}, by what
      was measured here.
    </>
  );
}

/** Null where nothing tells. */
function secondsOf(state: AppState, configs: readonly RunConfig[]): number | null {
  const { data } = state;
  let sum = 0;
  for (const config of configs) {
    const isLoaded = data?.spec.id === config.data && data.classes.join() === config.classes.join();
    const seconds = isLoaded ? estimatedSeconds(state, config, data.trainImages) : null;
    if (seconds === null) return null;
    sum += seconds;
  }
  return sum;
}
