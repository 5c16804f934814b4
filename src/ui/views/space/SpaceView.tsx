import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { createSpace, NOTHING, type Space, type SpaceState } from "../../../state/space/space";
import { whole } from "../../kit/format";
import { useInference, useItem } from "../../kit/hooks";
import { Trouble } from "../../kit/parts/Trouble";
import labClasses from "../../kit/SectionedView.module.css";
import { SyntheticTag } from "../../kit/SourceTag";
import { NetHeader } from "../../net/NetHeader";
import { NoNet } from "../../net/NoNet";
import { type OpenableNet, useLookedNet } from "../../net/useLookedNet";
import { KnobsSection } from "./knobs/KnobsSection";
import { MapSection } from "./map/MapSection";
import { MorphSection } from "./morph/MorphSection";
import { Near } from "./Near";
import { ProbeSection } from "./probe/ProbeSection";
import classes from "./SpaceView.module.css";
import { SampleSection } from "./sample/SampleSection";
import { SpaceContext, useSpaceState } from "./space";

const NO_SPACE = createStore<SpaceState>(() => NOTHING);

/** The space of a net's codes: where the garments lie, and what the decoder makes of the rest. */
export default function SpaceView() {
  const item = useItem();
  const looked = useLookedNet();
  const space = useSpaceOf(looked.net);
  const parameters = useStore(space?.store ?? NO_SPACE, ({ net }) => net?.parameters ?? null);
  const note = useStore(space?.store ?? NO_SPACE, ({ images }) =>
    images?.spec.source === "synthetic" ? images.sourceNote : null,
  );
  return (
    <div className={labClasses.lab} data-testid="space">
      <NetHeader title={`Where do the ${item.many} live?`} looked={looked} parameters={parameters}>
        {note !== null && <SyntheticTag note={note} />}
      </NetHeader>
      {space && (
        <SpaceContext.Provider value={space}>
          <Words />
          <Failure />
          <MapSection />
          <Near wide={818} narrow={2145}>
            <KnobsSection />
          </Near>
          <Near wide={900} narrow={1521}>
            <MorphSection />
          </Near>
          <Near wide={755} narrow={1639}>
            <SampleSection />
          </Near>
          <Near wide={224} narrow={376}>
            <ProbeSection />
          </Near>
        </SpaceContext.Provider>
      )}
      {!looked.net && <NoNet looked={looked} />}
    </div>
  );
}

/** One at a time: the net of the one before is closed. */
function useSpaceOf(net: OpenableNet | null): Space | null {
  const inference = useInference();
  const [space, setSpace] = useState<Space | null>(null);
  useEffect(() => {
    if (!net) return;
    const made = createSpace(inference, net.load);
    setSpace(made);
    return () => {
      setSpace(null);
      made.dispose();
    };
  }, [inference, net]);
  return space;
}

function Words() {
  const item = useItem();
  const size = useSpaceState((state) => state.net?.config.latentSize ?? null);
  const count = useSpaceState((state) => state.images?.count ?? null);
  const failed = useSpaceState((state) => state.failure !== null);
  if (size === null || count === null) {
    return failed ? null : <p className={classes.words}>Opening the net…</p>;
  }
  const numbers = size === 1 ? "one number" : `${size} numbers`;
  return (
    <p className={classes.words}>
      The encoder turns each {item.one} into {numbers}: a point in a space of{" "}
      {size === 1 ? "one dimension" : `${size} dimensions`}. Here are the points of {whole(count)}{" "}
      test images, which the net never saw, and the decoder draws what lives at every place between
      them.
    </p>
  );
}

function Failure() {
  const failure = useSpaceState((state) => state.failure);
  return failure && <Trouble failure={failure} />;
}
