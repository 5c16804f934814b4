import type { ReactNode } from "react";
import { useStore } from "zustand";
import { quantile } from "../../../../math/histogram";
import type { Cloud, Samples } from "../../../../protocol/inference";
import { createSampler, type Sampler } from "../../../../state/space/sample";
import controls from "../../../kit/Controls.module.css";
import { distance, whole } from "../../../kit/format";
import { useItem } from "../../../kit/hooks";
import { ResetIcon } from "../../../kit/icons";
import { Garment } from "../Garment";
import { useFilled, Waiting } from "../Near";
import { Part, Section } from "../Section";
import { useOnceCoded, useSpaceState } from "../space";
import { TaskProgress } from "../TaskProgress";
import { DistanceChart } from "./DistanceChart";
import { KINDS, type Kind } from "./kinds";
import classes from "./SampleSection.module.css";

/** Codes drawn at random, and why they are no garments. */
export function SampleSection() {
  const item = useItem();
  const sampler = useOnceCoded(createSampler);
  const isDrawn = useSpaceState(({ net }) => net?.drawn ?? false);
  return (
    <Section
      title={`Can it dream up ${item.a}?`}
      word="Decoder"
      testId="sample"
      words={
        isDrawn ? (
          <>
            This net is variational: in training each {item.one} has a distribution of codes, and
            the loss asks that all of them together fill N(0, 1). So a code that chance draws there
            should be {item.a}, too.
          </>
        ) : (
          <>
            An autoencoder is trained to bring {item.many} back, not to make new ones. Still, any
            point of the space can be decoded: so let chance choose one. The best that chance can do
            without knowing more than means and covariances is a Gaussian with those of the training
            codes.
          </>
        )
      }
    >
      {sampler ? <Drawn sampler={sampler} /> : <Coming>The draw comes with the codes.</Coming>}
    </Section>
  );
}

function Coming({ children }: { children: ReactNode }) {
  return (
    <Waiting wide={620} narrow={1441}>
      {children}
    </Waiting>
  );
}

function Drawn({ sampler }: { sampler: Sampler }) {
  const samples = useStore(sampler.store, (state) => state.samples);
  const share = useStore(sampler.store, (state) => state.share);
  useFilled(samples !== null);
  return (
    <>
      <div className={controls.row}>
        <button
          type="button"
          className={controls.quiet}
          disabled={share !== null}
          onClick={() => sampler.again()}
        >
          <ResetIcon size={14} />
          Draw again
        </button>
        {share !== null && (
          <TaskProgress words="Drawing codes and measuring" share={share} onStop={sampler.stop} />
        )}
      </div>
      {samples && <Kinds samples={samples} />}
    </>
  );
}

function Kinds({ samples }: { samples: Samples }) {
  const item = useItem();
  const isDrawn = useSpaceState(({ net }) => net?.drawn ?? false);
  const real = quantile(samples.heldOut.distances, 0.5);
  const fitted = quantile(samples.clouds.fitted.distances, 0.5);
  return (
    <>
      <Part title="Four ways to come by a code" name="samples">
        <div className={classes.kinds}>
          {KINDS.map((kind) => (
            <KindOf key={kind.name} kind={kind} cloud={kind.of(samples)} />
          ))}
        </div>
      </Part>
      <div className={classes.why}>
        <Part title="Distance to the nearest training code" name="distances">
          <DistanceChart samples={samples} />
        </Part>
        <div className={classes.words}>
          <h4>{isDrawn ? "What makes this a generator" : "Why this is no generator"}</h4>
          <Verdict real={real} fitted={fitted} />
          {real > 0 && (
            <p className={controls.note}>
              The encoder sees it too. Shown what the decoder drew, it gives back a code that is{" "}
              <b data-figures>{distance(quantile(samples.heldOut.drifts, 0.5))}</b> from where a
              real {item.one}’s was, and{" "}
              <b data-figures>{distance(quantile(samples.clouds.fitted.drifts, 0.5))}</b> from where
              a sample’s was.{" "}
              {isDrawn
                ? "The distances are of means, which lie closer together than the codes that were drawn."
                : `A variational autoencoder is trained so that codes fill N(0, 1), and its samples are ${item.many}; nothing in this net’s loss asks for that.`}
            </p>
          )}
        </div>
      </div>
      <p className={controls.note}>
        Means, covariances and distances are of {whole(samples.trained)} training codes;{" "}
        {samples.heldOut.distances.length} codes of each kind are measured and the first{" "}
        {samples.heldOut.pictures.count} drawn.
      </p>
    </>
  );
}

/** @param real and fitted: medians of the distances to the nearest training code */
function Verdict({ real, fitted }: { real: number; fitted: number }) {
  const item = useItem();
  const size = useSpaceState((state) => state.net?.config.latentSize ?? 0);
  const isDrawn = useSpaceState(({ net }) => net?.drawn ?? false);
  if (real === 0) {
    return (
      <p className={controls.note} data-testid="sample-verdict">
        At least half of the {item.many} that the fit never saw have the very code of a training{" "}
        {item.one}: this net’s codes hardly tell {item.many} apart, and leave no distance to compare
        with.
      </p>
    );
  }
  return (
    <p className={controls.note} data-testid="sample-verdict">
      {item.A} that the fit never saw has a training {item.one} within{" "}
      <b data-figures>{distance(real)}</b> of its code, a sample of the Gaussian within{" "}
      <b data-figures>{distance(fitted)}</b> (medians): samples land{" "}
      <b data-figures>{(fitted / real).toFixed(1)} times</b> as far from anything real.{" "}
      {!isDrawn && whyWords(fitted / real, size, item.many)}
    </p>
  );
}

function whyWords(times: number, size: number, items: string): string {
  if (times <= 1) return "This net’s codes fill their space as evenly as a Gaussian does.";
  if (size <= 2) {
    return "With so few numbers there is not much room beside real codes: a sample lands in a gap between them, or beyond the outermost.";
  }
  return `The codes of ${items} fill a thin, bent part of the space, and a Gaussian fills the space around it, where the decoder was never taught what to draw.`;
}

function KindOf({ kind, cloud }: { kind: Kind; cloud: Cloud }) {
  const item = useItem();
  return (
    <figure data-testid={`sample-${kind.name}`}>
      <figcaption>
        <b>{kind.title(item.many)}</b>
        <span>{kind.words}</span>
      </figcaption>
      <div
        className={classes.grid}
        role="img"
        aria-label={`${cloud.pictures.count} pictures: ${kind.title(item.many)}`}
      >
        {Array.from({ length: cloud.pictures.count }, (_, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a picture is its place in the grid
          <Garment key={place} strip={cloud.pictures} place={place} size="100%" />
        ))}
      </div>
    </figure>
  );
}
