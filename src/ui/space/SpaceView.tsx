import { useHash } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { createSpace, type Space } from "../../state/space/space";
import { whole } from "../common/format";
import { useApp, useLab } from "../common/hooks";
import { SyntheticTag } from "../dataset/SourceTag";
import labClasses from "../lab/LabView.module.css";
import { NetChooser } from "../lab/NetChooser";
import { loadNet, runOfHash } from "../lab/sources";
import { KnobsSection } from "./knobs/KnobsSection";
import { MapSection } from "./map/MapSection";
import { MorphSection } from "./morph/MorphSection";
import { Near } from "./Near";
import { ProbeSection } from "./probe/ProbeSection";
import classes from "./SpaceView.module.css";
import { SampleSection } from "./sample/SampleSection";
import { SpaceContext, useSpaceState } from "./space";

/** The space of a net's codes: where the garments lie, and what the decoder makes of the rest. */
export default function SpaceView() {
  const app = useApp();
  const lab = useLab();
  const [hash] = useHash({ getInitialValueInEffect: false });
  const run = runOfHash(hash);
  const [space, setSpace] = useState<Space | null>(null);

  useEffect(() => {
    const made = createSpace(lab, () => loadNet(run, app.runs.store));
    setSpace(made);
    return () => {
      setSpace(null);
      made.dispose();
    };
  }, [app, lab, run]);

  if (!space) return null;
  return (
    <SpaceContext.Provider value={space}>
      <div className={labClasses.lab} data-testid="space">
        <header className={labClasses.headline}>
          <h2>Where do the garments live?</h2>
          <Synthetic />
          <div className={classes.net}>
            <SpaceNet run={run} />
          </div>
        </header>
        <Words />
        <Failure />
        <MapSection />
        <Near height={900}>
          <KnobsSection />
        </Near>
        <Near height={700}>
          <MorphSection />
        </Near>
        <Near height={700}>
          <SampleSection />
        </Near>
        <Near height={300}>
          <ProbeSection />
        </Near>
      </div>
    </SpaceContext.Provider>
  );
}

function Words() {
  const size = useSpaceState((state) => state.net?.config.latentSize ?? null);
  const count = useSpaceState((state) => state.images?.count ?? null);
  const failed = useSpaceState((state) => state.failure !== null);
  if (size === null || count === null) {
    return failed ? null : <p className={classes.words}>Opening the net…</p>;
  }
  const numbers = size === 1 ? "one number" : `${size} numbers`;
  return (
    <p className={classes.words}>
      The encoder turns each garment into {numbers}: a point in a space of{" "}
      {size === 1 ? "one dimension" : `${size} dimensions`}. Here are the points of {whole(count)}{" "}
      test images, which the net never saw, and the decoder draws what lives at every place between
      them.
    </p>
  );
}

function SpaceNet({ run }: { run: string }) {
  const parameters = useSpaceState((state) => state.net?.parameters ?? null);
  return <NetChooser run={run} view="space" label="Net of this space" parameters={parameters} />;
}

function Synthetic() {
  const note = useSpaceState(({ images }) =>
    images?.source === "synthetic" ? images.sourceNote : null,
  );
  return note === null ? null : <SyntheticTag note={note} />;
}

function Failure() {
  const failure = useSpaceState((state) => state.failure);
  if (!failure) return null;
  return (
    <p className={labClasses.failure} role="alert">
      <strong>{failure.message}</strong> {failure.remedy}
    </p>
  );
}
