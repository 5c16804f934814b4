import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { type Bench, createBench } from "../../../state/lab/bench";
import { type BenchState, EMPTY_BENCH } from "../../../state/lab/types";
import type { Protocol } from "../../charts/curves";
import { useLab } from "../../kit/hooks";
import { Trouble } from "../../kit/parts/Trouble";
import classes from "../../kit/SectionedView.module.css";
import { NetHeader } from "../../net/NetHeader";
import { NoNet } from "../../net/NoNet";
import { type OpenableNet, useLookedNet } from "../../net/useLookedNet";
import { BenchContext, useBenchState } from "./bench";
import { CurvePanel } from "./CurvePanel";
import { FilmStrip } from "./FilmStrip";
import { GarmentLanes } from "./GarmentLanes";
import { FIRST_SIZE, SizeSlider } from "./SizeSlider";
import { SweepSection } from "./sweep/SweepSection";

const NO_BENCH = createStore<BenchState>(() => EMPTY_BENCH);

/** The latent lab: slide the size of the code and see at once what a number less costs. */
export default function LabView() {
  const looked = useLookedNet();
  const bench = useBenchOf(looked.net);
  const parameters = useStore(bench?.store ?? NO_BENCH, ({ net }) => net?.parameters ?? null);
  const [protocol, setProtocol] = useState<Protocol>("ssimWriteup");
  return (
    <div className={classes.lab} data-testid="lab">
      <NetHeader
        title="How many numbers does a garment need?"
        looked={looked}
        parameters={parameters}
      />
      {bench && (
        <BenchContext.Provider value={bench}>
          <Failure />
          <SizeSlider />
          <GarmentLanes protocol={protocol} onProtocol={setProtocol} />
          <FilmStrip protocol={protocol} />
          <CurvePanel protocol={protocol} />
        </BenchContext.Provider>
      )}
      {!looked.net && <NoNet looked={looked} />}
      <SweepSection />
    </div>
  );
}

/** One at a time: the net of the one before is closed. */
function useBenchOf(net: OpenableNet | null): Bench | null {
  const lab = useLab();
  const [bench, setBench] = useState<Bench | null>(null);
  useEffect(() => {
    if (!net) return;
    const made = createBench(lab, net.load, FIRST_SIZE);
    setBench(made);
    return () => {
      setBench(null);
      made.dispose();
    };
  }, [lab, net]);
  return bench;
}

function Failure() {
  const failure = useBenchState((state) => state.failure);
  return failure && <Trouble failure={failure} />;
}
