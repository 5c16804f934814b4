import { NativeSelect } from "@mantine/core";
import { type ReactNode, useId, useMemo, useRef } from "react";
import { ROWS } from "../../../../config/config";
import { choiceProblem } from "../../../../config/net";
import { RECIPES } from "../../../../config/recipes";
import { netOf, PRESETS, type PresetName, presetNet } from "../../../../nets/presets";
import { oddWords } from "../../../../nets/presets/halves";
import { netText } from "../../../../nets/text";
import { changedParts } from "../../../../state/recipe";
import { useApp, useAppState, useFormSpec } from "../../../kit/hooks";
import cards from "../../../kit/RadioCards.module.css";
import form from "../../../kit/Settings.module.css";
import { TypedField } from "../../../kit/TypedField";
import classes from "./PresetChooser.module.css";

/** The nets, each with what it teaches; choosing one brings its recipe. */
export function PresetChooser() {
  return (
    <fieldset className={`${cards.cards} ${classes.presets}`} data-testid="presets">
      <legend>Net</legend>
      {PRESETS.map((name) => (
        <Preset key={name} name={name} />
      ))}
      <OwnNet />
    </fieldset>
  );
}

function Preset({ name }: { name: PresetName }) {
  const app = useApp();
  const image = useFormSpec();
  const isChosen = useAppState(({ settings }) => settings.net === null && settings.preset === name);
  const size = useAppState(({ settings }) => settings.latentSize);
  const { title, teaches, recipe } = RECIPES[name];
  const latentSize = isChosen ? size : recipe.latentSize;
  const words = useMemo(() => {
    const problem = choiceProblem({ preset: name, net: null, latentSize }, image);
    if (problem !== null) return `Not for these images: ${problem}`;
    const odd = oddWords(presetNet(name, latentSize, image));
    return odd === null ? teaches : `${teaches} ${odd}`;
  }, [name, latentSize, image, teaches]);
  return (
    <Card
      title={title}
      teaches={words}
      value={name}
      isChosen={isChosen}
      onChoose={() => app.change({ preset: name, net: null })}
    />
  );
}

/** A net of one's own, which begins as one of the others and is changed in the figure. */
function OwnNet() {
  const app = useApp();
  const shape = useFormSpec();
  const { net, netName, preset } = useAppState((state) => state.settings);
  /** For those who come back from another net. */
  const last = useRef({ net, netName });
  if (net !== null) last.current = { net, netName };
  const { type } = ROWS.netName;
  /** Its recipe comes with a preset, and its size. */
  const startFrom = (name: string) => {
    const chosen = PRESETS.find((each) => each === name);
    if (!chosen) return;
    app.change({ preset: chosen, net: null });
    const { settings } = app.store.getState();
    app.change({ net: netText(netOf(settings, shape)), netName });
  };
  const begin = () => {
    const { settings } = app.store.getState();
    app.change({ ...last.current, net: last.current.net ?? netText(netOf(settings, shape)) });
  };
  return (
    <>
      <Card
        title="Your own net"
        teaches={
          net === null
            ? "Begins as the chosen one. Change its layers under the figure."
            : `Trained by the recipe of: ${RECIPES[preset].title}.`
        }
        value="own"
        isChosen={net !== null}
        onChoose={begin}
      />
      {net !== null && (
        <div className={classes.own} data-testid="own-net">
          <TypedField
            type={type}
            label={ROWS.netName.label}
            value={netName}
            onCommit={(name) => app.change({ netName: name.trim() })}
          />
          <NativeSelect
            size="xs"
            classNames={{ input: form.select, label: form.name }}
            label="Start from"
            value=""
            onChange={({ currentTarget }) => startFrom(currentTarget.value)}
            data={[
              { value: "", label: "Choose a net …" },
              ...PRESETS.map((name) => ({ value: name, label: RECIPES[name].title })),
            ]}
          />
        </div>
      )}
    </>
  );
}

interface CardProps {
  readonly title: string;
  readonly teaches: ReactNode;
  readonly value: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Card({ title, teaches, value, isChosen, onChoose }: CardProps) {
  const id = useId();
  const changes = useAppState((state) => (isChosen ? changedParts(state.settings).length : 0));
  return (
    <label className={`${cards.card} ${classes.card}`}>
      <input
        type="radio"
        name="preset"
        value={value}
        checked={isChosen}
        onChange={onChoose}
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-teaches`}
      />
      <span className={classes.title}>
        <span id={`${id}-title`}>{title}</span>
        {changes > 0 && <small>{changes === 1 ? "1 change" : `${changes} changes`}</small>}
      </span>
      <span id={`${id}-teaches`} className={cards.words}>
        {teaches}
      </span>
    </label>
  );
}
