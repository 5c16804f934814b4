import { useHash } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { type Bench, createBench } from "../../state/lab/bench";
import { useApp, useLab } from "../common/hooks";
import type { Protocol } from "../training/curves";
import { BenchContext, useBenchState } from "./bench";
import { CurvePanel } from "./CurvePanel";
import { FilmStrip } from "./FilmStrip";
import { GarmentLanes } from "./GarmentLanes";
import classes from "./LabView.module.css";
import { NetChooser } from "./NetChooser";
import { FIRST_SIZE, SizeSlider } from "./SizeSlider";
import { loadNet, runOfHash } from "./sources";
import { SweepSection } from "./sweep/SweepSection";

/** The latent lab: slide the size of the code and see at once what a number less costs. */
export default function LabView() {
  const app = useApp();
  const lab = useLab();
  const [hash] = useHash({ getInitialValueInEffect: false });
  const run = runOfHash(hash);
  const [bench, setBench] = useState<Bench | null>(null);
  const [protocol, setProtocol] = useState<Protocol>("ssimWriteup");

  useEffect(() => {
    const made = createBench(lab, () => loadNet(run, app.runs.store), FIRST_SIZE);
    setBench(made);
    return () => made.dispose();
  }, [app, lab, run]);

  if (!bench) return null;
  return (
    <BenchContext.Provider value={bench}>
      <div className={classes.lab} data-testid="lab">
        <header className={classes.headline}>
          <h2>How many numbers does a garment need?</h2>
          <BenchNet run={run} />
        </header>
        <Failure />
        <SizeSlider />
        <GarmentLanes protocol={protocol} onProtocol={setProtocol} />
        <FilmStrip protocol={protocol} />
        <CurvePanel protocol={protocol} />
        <SweepSection />
      </div>
    </BenchContext.Provider>
  );
}

function BenchNet({ run }: { run: string }) {
  const parameters = useBenchState((state) => state.net?.parameters ?? null);
  return <NetChooser run={run} view="lab" label="Net on the bench" parameters={parameters} />;
}

function Failure() {
  const failure = useBenchState((state) => state.failure);
  if (!failure) return null;
  return (
    <p className={classes.failure} role="alert">
      <strong>{failure.message}</strong> {failure.remedy}
    </p>
  );
}
