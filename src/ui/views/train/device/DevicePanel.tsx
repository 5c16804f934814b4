import { NativeSelect, UnstyledButton } from "@mantine/core";
import { choiceReason, compilationWords, type DeviceOption } from "../../../../config/devices";
import { calibrationOf, canMeasure } from "../../../../state/devices";
import { rate } from "../../../kit/format";
import { useApp, useAppState } from "../../../kit/hooks";
import cards from "../../../kit/RadioCards.module.css";
import form from "../../../kit/Settings.module.css";
import { LabelWord, Word } from "../../../kit/Word";
import { Part } from "../recipe/Part";
import classes from "./DevicePanel.module.css";
import { barShare, detailOf, reasonBeside, titleOf } from "./words";

/** Where the net trains: every device with its speed, and why the others are not there. */
export function DevicePanel() {
  const devices = useAppState((state) => state.devices);
  return (
    <section className={classes.panel} aria-label="Device" data-testid="devices">
      <Heading />
      <fieldset className={cards.cards} aria-label="Device to train on">
        <Automatic />
        {devices
          ?.filter((device) => device.available)
          .map((device) => (
            <Device key={device.name} device={device} />
          ))}
      </fieldset>
      <Missing missing={devices?.filter((device) => !device.available) ?? []} />
      <Threads />
    </section>
  );
}

function Heading() {
  const app = useApp();
  const enabled = useAppState(canMeasure);
  const measuring = useAppState((state) => state.measuring);
  const measured = useAppState((state) =>
    calibrationOf(state)?.trials.some((trial) => trial.imagesPerSecond !== null),
  );
  return (
    <header className={form.header}>
      <h2>
        <Word>Device</Word>
      </h2>
      <UnstyledButton
        className={classes.measure}
        onClick={enabled ? app.measure : undefined}
        // Not `disabled`: that would take the keyboard's focus off it while it measures.
        aria-disabled={!enabled}
        title="Times this net on every device here"
      >
        {measuring ? "Measuring…" : measured ? "Measure again" : "Measure"}
      </UnstyledButton>
    </header>
  );
}

function Automatic() {
  const app = useApp();
  const isSet = useAppState((state) => state.settings.device === "auto");
  const reason = useAppState((state) => {
    const calibration = calibrationOf(state);
    return calibration ? choiceReason(calibration) : "";
  });
  return (
    <label className={`${cards.card} ${classes.device}`}>
      <input
        type="radio"
        name="device"
        value="auto"
        checked={isSet}
        onChange={() => app.change({ device: "auto" })}
        aria-labelledby="device-auto"
        aria-describedby="device-auto-words"
      />
      <span className={classes.name}>
        <span id="device-auto">Automatic</span>
      </span>
      <span id="device-auto-words" className={`${cards.words} ${classes.words}`}>
        {reason || "Takes the fastest with this net and batch, measured as training begins."}
      </span>
    </label>
  );
}

function Device({ device }: { device: DeviceOption }) {
  const app = useApp();
  const { name } = device;
  const isSet = useAppState((state) => state.settings.device === name);
  const trial = useAppState((state) =>
    calibrationOf(state)?.trials.find((one) => one.name === name),
  );
  const isTaken = useAppState((state) => calibrationOf(state)?.chosen === name);
  const share = useAppState((state) => barShare(calibrationOf(state)?.trials ?? [], name));
  const compiling = useAppState((state) =>
    state.compiling?.device === name ? state.compiling : null,
  );
  const speed = trial?.imagesPerSecond ?? null;
  const detail = detailOf(trial?.label ?? device.label);
  const bar = compiling ? compiling.done / compiling.all : share;
  return (
    <label
      className={`${cards.card} ${classes.device}`}
      data-fastest={(isTaken && speed !== null) || undefined}
    >
      <input
        type="radio"
        name="device"
        value={name}
        checked={isSet}
        onChange={() => app.change({ device: name })}
        aria-labelledby={`device-${name}`}
        aria-describedby={`device-${name}-taken device-${name}-speed device-${name}-words`}
      />
      <span className={classes.name}>
        <span id={`device-${name}`}>{titleOf(device.label)}</span>
        {isTaken && <Taken id={`device-${name}-taken`} />}
        {speed !== null && (
          <span id={`device-${name}-speed`} className={classes.speed} data-figures>
            {rate(speed)}
            <small> images/s</small>
          </span>
        )}
      </span>
      {(speed !== null || compiling) && (
        <span className={classes.bar} data-compiling={compiling !== null || undefined}>
          <span data-bar style={{ width: `${100 * bar}%` }} />
        </span>
      )}
      <span id={`device-${name}-words`} className={`${cards.words} ${classes.words}`}>
        <span>{detail}</span>
        <span>
          {compiling
            ? compilationWords(compiling)
            : reasonBeside(detail, trial?.reason || device.reason)}
        </span>
      </span>
    </label>
  );
}

/** The mark of what Automatic takes. */
function Taken({ id }: { id: string }) {
  const isAutomatic = useAppState((state) => state.settings.device === "auto");
  return isAutomatic ? (
    <span id={id} className={classes.taken}>
      Automatic takes it
    </span>
  ) : null;
}

function Missing({ missing }: { missing: readonly DeviceOption[] }) {
  const oneThread = useAppState((state) => state.oneThread);
  if (missing.length === 0 && !oneThread) return null;
  return (
    <details className={classes.missing}>
      <summary>
        {missing.length === 0
          ? "Why only one thread?"
          : `Not here: ${missing.map(({ label }) => titleOf(label)).join(", ")}`}
      </summary>
      <ul>
        {missing.map(({ name, label, reason }) => (
          <li key={name}>
            {titleOf(label)}: {reason}
          </li>
        ))}
        {oneThread && <li>One thread: {oneThread}.</li>}
      </ul>
    </details>
  );
}

function Threads() {
  const app = useApp();
  const device = useAppState((state) => state.settings.device);
  const threads = useAppState((state) => state.settings.threads);
  const maxThreads = useAppState((state) => state.maxThreads);
  return (
    <Part part="threads" label="Threads of WASM">
      <NativeSelect
        label={<LabelWord of="Threads">Threads of WASM</LabelWord>}
        size="xs"
        classNames={{ root: classes.threads, input: form.select, label: form.name }}
        disabled={device !== "wasm" && device !== "auto"}
        value={threads === null ? "" : String(threads)}
        onChange={(event) => {
          const text = event.currentTarget.value;
          app.change({ threads: text === "" ? null : Number(text) });
        }}
        data={[
          { value: "", label: "Automatic" },
          ...Array.from({ length: maxThreads }, (_, i) => String(i + 1)),
        ]}
      />
    </Part>
  );
}
