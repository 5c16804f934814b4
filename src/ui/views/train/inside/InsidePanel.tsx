import { NativeSelect, UnstyledButton } from "@mantine/core";
import { useMemo, useSyncExternalStore } from "react";
import { KINDS, markOf } from "../../../../nets/kinds";
import { netOf } from "../../../../nets/presets";
import { IMAGE_INPUT, inputsOf, type NetSpec } from "../../../../nets/spec";
import { type ModelSummary, summarizeNet } from "../../../../nets/summary";
import { isActive } from "../../../../state/state";
import { whole } from "../../../kit/format";
import { useApp, useAppState, usePicturedSpec } from "../../../kit/hooks";
import { BackIcon, ForwardIcon } from "../../../kit/icons";
import form from "../../../kit/Settings.module.css";
import { shapeText } from "../model/layerWords";
import type { LookedAt } from "../model/NetHandles";
import { ToolPanel } from "../ToolPanel";
import panel from "../ToolPanel.module.css";
import { CodeNumber } from "./CodeNumber";
import classes from "./Inside.module.css";
import { LayerWork } from "./LayerWork";
import { DOES } from "./words";

interface Props {
  readonly at: LookedAt;
  /** Which of the fixed validation images passes through. */
  readonly index: number;
  readonly onLook: (at: LookedAt | null) => void;
}

/** How one layer of the net in training makes its numbers, on the image that is shown. */
export default function InsidePanel({ at, index, onLook }: Props) {
  const run = useAppState((state) => state.run);
  const config = run?.config ?? null;
  const shape = usePicturedSpec();
  const net = useMemo(() => config && netOf(config, shape), [config, shape]);
  const isThere = net !== null && run !== null;
  return (
    <ToolPanel
      title="A look inside"
      testId="inside"
      closeLabel="Close the look inside"
      onClose={() => onLook(null)}
      tools={isThere && <Tools net={net} runId={run.id} at={at} onLook={onLook} />}
    >
      {isThere ? <Look net={net} runId={run.id} at={at} index={index} /> : <NoRun />}
    </ToolPanel>
  );
}

function NoRun() {
  const app = useApp();
  return (
    <p>
      Here you see how each layer makes its numbers of the picture, one by one. The net needs
      weights for that: press Train, or{" "}
      <UnstyledButton className={panel.action} onClick={() => app.step()}>
        take a single step
      </UnstyledButton>
      .
    </p>
  );
}

interface LookProps extends Omit<Props, "onLook"> {
  readonly net: NetSpec;
  readonly runId: string;
}

/** The place of the layer that is looked at: the net may have lost it. */
const placeOf = ({ layers }: NetSpec, { layer }: LookedAt): number =>
  Math.max(
    0,
    layers.findIndex(({ name }) => name === layer),
  );

/** Which layer, and the ways to others. */
function Tools({ net, runId, at, onLook }: Omit<LookProps, "index"> & Pick<Props, "onLook">) {
  const place = placeOf(net, at);
  const lookAt = (to: number) => {
    const layer = net.layers[to];
    if (layer) onLook({ layer: layer.name, map: 0 });
  };
  const names = useMemo(() => namesOf(net), [net]);
  return (
    <>
      <UnstyledButton
        className={panel.icon}
        aria-label="The layer before"
        disabled={place === 0}
        onClick={() => lookAt(place - 1)}
      >
        <BackIcon size={14} />
      </UnstyledButton>
      <NativeSelect
        size="xs"
        classNames={{ input: form.select }}
        aria-label="Layer"
        value={net.layers[place]!.name}
        onChange={({ currentTarget }) => onLook({ layer: currentTarget.value, map: 0 })}
        data={net.layers.map(({ name }, i) => ({ value: name, label: names[i]! }))}
      />
      <UnstyledButton
        className={panel.icon}
        aria-label="The layer behind"
        disabled={place === net.layers.length - 1}
        onClick={() => lookAt(place + 1)}
      >
        <ForwardIcon size={14} />
      </UnstyledButton>
      <Moment runId={runId} />
    </>
  );
}

function Look({ net, runId, at, index }: LookProps) {
  const summary = useMemo(() => summarizeNet(net), [net]);
  const place = placeOf(net, at);
  const spec = net.layers[place]!;
  const own = summary.layers[place]!;
  return (
    <>
      <p className={classes.words}>
        <strong>{KINDS[spec.kind].title}</strong>
        {own.detail && `, ${own.detail}`}, makes {shapeText(own.outputShape)}. {DOES[spec.kind]}
      </p>
      <Layer {...{ net, summary, runId, place, index }} map={at.map} />
    </>
  );
}

/** "3. Conv 32": layers of one mark are told apart. */
function namesOf({ layers, code }: NetSpec): string[] {
  return layers.map(
    (layer, i) => `${i + 1}. ${markOf(layer)}${layer.name === code ? ", the code" : ""}`,
  );
}

/** Which weights are shown, and whether they still change. */
function Moment({ runId }: { readonly runId: string }) {
  const { inside } = useApp();
  const newest = useSyncExternalStore(inside.subscribe, inside.get);
  const isTraining = useAppState(({ run }) => isActive(run) && run.phase === "training");
  if (newest?.runId !== runId) return <output className={panel.moment} />;
  const { step } = newest;
  return (
    <output className={panel.moment} data-testid="inside-step">
      {step === 0 ? "before the first step" : `after step ${whole(step)}`}
      {isTraining && ", live"}
    </output>
  );
}

interface LayerProps extends Omit<LookProps, "at"> {
  readonly summary: ModelSummary;
  readonly place: number;
  readonly map: number;
}

function Layer({ net, summary, runId, place, index, map }: LayerProps) {
  const store = useApp().inside;
  const newest = useSyncExternalStore(store.subscribe, store.get);
  const spec = net.layers[place]!;
  const isOfRun = newest?.runId === runId && newest.index === index;
  if (isOfRun && newest.inside === null) {
    return <p role="status">The layers of this net cannot be worked out one by one here.</p>;
  }
  const inside = isOfRun && newest.inside?.layer === spec.name ? newest.inside : null;
  if (!inside) return <div className={classes.waiting} aria-busy="true" />;
  const inputs = inputsOf(net, place);
  const indexOf = (name: string) => net.layers.findIndex((layer) => layer.name === name);
  const sources = inputs.map((name) =>
    name === IMAGE_INPUT ? null : markOf(net.layers[indexOf(name)]!),
  );
  return (
    <LayerWork
      key={`${spec.name} ${map}`}
      spec={spec}
      inside={inside}
      sources={sources}
      maps={flattenedMaps(net, summary, inputs[0] ?? IMAGE_INPUT)}
      map={map}
      about={
        spec.name === net.code
          ? (number) => <CodeNumber runId={runId} number={number} index={index} />
          : null
      }
    />
  );
}

/** The shape of the maps that a layer makes a row of; null where it is no such layer. */
function flattenedMaps(
  net: NetSpec,
  { layers }: ModelSummary,
  name: string,
): readonly number[] | null {
  const place = net.layers.findIndex((layer) => layer.name === name);
  if (net.layers[place]?.kind !== "flatten") return null;
  const [before = IMAGE_INPUT] = inputsOf(net, place);
  const { height, width, channels } = net.image;
  if (before === IMAGE_INPUT) return [height, width, channels];
  return layers.find((layer) => layer.name === before)?.outputShape ?? null;
}
