import { UnstyledButton } from "@mantine/core";
import { useId, useMemo, useState } from "react";
import { isFitting } from "../../../../config/config-schema";
import { NET_TYPE, netProblem, traitsOf } from "../../../../config/net";
import type { ImageShape } from "../../../../math/image-set";
import { netOf } from "../../../../nets/presets";
import { latentSizeOf, summarizeNet } from "../../../../nets/summary";
import { netText, parseNet } from "../../../../nets/text";
import { compact, numbers, whole } from "../../../kit/format";
import { useApp, useAppState, useDataSpec } from "../../../kit/hooks";
import classes from "./OwnNet.module.css";

/** What is minimised where a net has no sigmoid for cross-entropy. */
const SQUARED_ERROR = { meanSquaredError: 1 } as const;

/** The chosen net as a line of text, which can be changed into a net of one's own. */
export function OwnNet() {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  const shape = useDataSpec();
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const { preset, latentSize, net } = settings;
  const text = useMemo(
    () => netText(netOf({ preset, latentSize, net }, shape)),
    [preset, latentSize, net, shape],
  );
  const shown = draft ?? text;
  const problem = useMemo(() => netProblem(shown, shape), [shown, shape]);

  const use = (line: string | null) => {
    setDraft(null);
    const change = { net: line };
    const canHaveLoss =
      line === null || isFitting("loss", settings.loss, traitsOf({ ...settings, ...change }));
    app.change(canHaveLoss ? change : { ...change, loss: SQUARED_ERROR });
  };
  const written = problem === null ? NET_TYPE.read(netText(parseNet(shown, shape))) : null;
  const isChanged = written !== null && written !== text;

  return (
    <details className={classes.own} data-testid="own-net">
      <summary>{net === null ? "Write your own net" : "Your own net"}</summary>
      <label className={classes.label} htmlFor={`${id}-text`}>
        The net, layer by layer
      </label>
      <textarea
        id={`${id}-text`}
        className={classes.text}
        rows={6}
        spellCheck={false}
        autoCapitalize="off"
        value={shown}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-said`}
        onChange={(event) => setDraft(event.currentTarget.value)}
      />
      <p id={`${id}-said`} className={classes.said} data-problem={problem !== null || undefined}>
        {problem === null ? <Totals text={shown} shape={shape} /> : problem.message}
        {problem?.words && (
          <>
            {" "}
            Look at <q>{problem.words}</q>.
          </>
        )}
      </p>
      <div className={classes.actions}>
        <UnstyledButton
          className={classes.button}
          disabled={!isChanged}
          onClick={() => use(written ?? null)}
        >
          Use this net
        </UnstyledButton>
        {(draft !== null || net !== null) && (
          <UnstyledButton className={classes.button} onClick={() => use(null)}>
            Back to the net above
          </UnstyledButton>
        )}
      </div>
    </details>
  );
}

function Totals({ text, shape }: { readonly text: string; readonly shape: ImageShape }) {
  const net = parseNet(text, shape);
  const { layers, parameters, multiplyAdds } = summarizeNet(net);
  return (
    <>
      {layers.length} layers, {whole(parameters)} weights, {compact(multiplyAdds)} multiply-adds an
      image; a code of {numbers(latentSizeOf(net))}.
    </>
  );
}
