import { useHash } from "@mantine/hooks";
import { useState } from "react";
import { useStore } from "zustand";
import { PlanReports } from "../../../kit/plan/PlanReports";
import { endsIn, hashOfEnds } from "./address";
import { useEnd, useLadderLog, useLadders } from "./hooks";
import { LadderForm } from "./LadderForm";
import { LadderReport } from "./LadderReport";
import classes from "./LadderView.module.css";
import { ladderName } from "./words";

/** From one net to another, one change at a time, and what each change brings. */
export default function LadderView() {
  const [hash] = useHash({ getInitialValueInEffect: false });
  const log = useLadderLog();
  const ladders = useLadders();
  const problem = useStore(log.store, ({ storageProblem }) => storageProblem);
  const [chosen, setChosen] = useState<string | null>(null);
  const ends = endsIn(hash);
  const [from, to] = [useEnd(ends?.from ?? ""), useEnd(ends?.to ?? "")];
  return (
    <section className={classes.ladder} aria-labelledby="ladder-title" data-testid="ladder">
      <header className={classes.header}>
        <h2 id="ladder-title">What does each change bring?</h2>
        <a href="#runs" data-screen-only="">
          Back to all runs
        </a>
      </header>
      <div className={classes.intro}>
        <p>
          Two nets mostly differ in more than one thing. A ladder trains all nets on the way from
          one to the other, one change at a time, and tells what each change is worth.
        </p>
        {ends && from && to ? (
          <LadderForm
            key={hashOfEnds(ends)}
            ends={ends}
            from={from}
            to={to}
            onBegin={(ladder) => {
              log.begin(ladder);
              setChosen(ladder.tag);
            }}
          />
        ) : (
          <p role="alert">
            A run of this address is no longer kept in this browser.{" "}
            <a href="#runs?ladder">Choose other nets</a>
          </p>
        )}
        {problem && (
          <p className={classes.problem} role="alert">
            {problem}
          </p>
        )}
      </div>
      <PlanReports
        label="Ladder"
        plans={ladders}
        chosen={chosen}
        onChoose={setChosen}
        nameOf={ladderName}
        report={(ladder) => <LadderReport key={ladder.tag} ladder={ladder} />}
      >
        The steps grow here, a bar for each change, as soon as its net has been trained.
      </PlanReports>
    </section>
  );
}
