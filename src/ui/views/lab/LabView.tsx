import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { createLab, type Lab } from "../../../state/lab/lab";
import { EMPTY_LAB, type LabState } from "../../../state/lab/types";
import type { Protocol } from "../../charts/curves";
import { useInference, useItem } from "../../kit/hooks";
import { Trouble } from "../../kit/parts/Trouble";
import classes from "../../kit/SectionedView.module.css";
import { NetHeader } from "../../net/NetHeader";
import { NoNet } from "../../net/NoNet";
import { type OpenableNet, useLookedNet } from "../../net/useLookedNet";
import { CurvePanel } from "./CurvePanel";
import { FilmStrip } from "./FilmStrip";
import { GarmentLanes } from "./GarmentLanes";
import { LabContext, useLabState } from "./lab";
import { FIRST_SIZE, SizeSlider } from "./SizeSlider";
import { SweepSection } from "./sweep/SweepSection";

const NO_LAB = createStore<LabState>(() => EMPTY_LAB);

/** The latent lab: slide the size of the code and see at once what a number less costs. */
export default function LabView() {
  const item = useItem();
  const looked = useLookedNet();
  const lab = useLabOf(looked.net);
  const parameters = useStore(lab?.store ?? NO_LAB, ({ net }) => net?.parameters ?? null);
  const [protocol, setProtocol] = useState<Protocol>("ssimWriteup");
  return (
    <div className={classes.lab} data-testid="lab">
      <NetHeader
        title={`How many numbers does ${item.a} need?`}
        looked={looked}
        parameters={parameters}
      />
      {lab && (
        <LabContext.Provider value={lab}>
          <Failure />
          <SizeSlider />
          <GarmentLanes protocol={protocol} onProtocol={setProtocol} />
          <FilmStrip protocol={protocol} />
          <CurvePanel protocol={protocol} />
        </LabContext.Provider>
      )}
      {!looked.net && <NoNet looked={looked} />}
      <SweepSection />
    </div>
  );
}

/** One at a time: the net of the one before is closed. */
function useLabOf(net: OpenableNet | null): Lab | null {
  const inference = useInference();
  const [lab, setLab] = useState<Lab | null>(null);
  useEffect(() => {
    if (!net) return;
    const made = createLab(inference, net.load, FIRST_SIZE);
    setLab(made);
    return () => {
      setLab(null);
      made.dispose();
    };
  }, [inference, net]);
  return lab;
}

function Failure() {
  const failure = useLabState((state) => state.failure);
  return failure && <Trouble failure={failure} />;
}
