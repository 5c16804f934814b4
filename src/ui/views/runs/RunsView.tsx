import { UnstyledButton } from "@mantine/core";
import { useHash } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { RECIPES } from "../../../config/recipes";
import { PRESETS } from "../../../nets/presets";
import { useApp, useRuns } from "../../kit/hooks";
import { lazyPart } from "../../kit/parts/lazyPart";
import { Part } from "../../kit/parts/Part";
import { Compare } from "./compare/Compare";
import { MOST_COMPARED } from "./compare/measures";
import { ImportButton } from "./ImportButton";
import { endsIn, hashOfEnds } from "./ladder/address";
import { filtered, NO_FILTER, ORDERS, type Order, ordered } from "./order";
import { RunRow } from "./RunRow";
import classes from "./RunsView.module.css";
import { StorageMeter } from "./StorageMeter";

const LadderView = lazyPart("ui/views/runs/ladder/LadderView", () => import("./ladder/LadderView"));

const ORDER_WORDS: Readonly<Record<Order, string>> = {
  newest: "newest first",
  ssim: "best SSIM first",
  validation: "lowest validation loss first",
  name: "by name",
};

const NETS = [...PRESETS, "own"] as const;

/** Milliseconds between two looks at which runs other tabs are training. */
const LOOK_EVERY = 3000;

/** All kept runs: sorted, filtered, opened, gone on with. */
export default function RunsView() {
  const { runs } = useApp();
  const records = useRuns((state) => state.records);
  const [filter, setFilter] = useState(NO_FILTER);
  const [order, setOrder] = useState<Order>("newest");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [comparing, setComparing] = useState(false);
  const [now, setNow] = useState(Date.now);
  const [hash] = useHash({ getInitialValueInEffect: false });

  useEffect(() => {
    const look = () => {
      if (document.visibilityState !== "visible") return;
      runs.refresh();
      setNow(Date.now());
    };
    look();
    const timer = setInterval(look, LOOK_EVERY);
    return () => clearInterval(timer);
  }, [runs]);

  if (!records) {
    return (
      <div className={classes.view} aria-busy="true">
        <p className={classes.reading}>Reading the runs that this browser keeps …</p>
      </div>
    );
  }
  if (endsIn(hash)) {
    return (
      <div className={classes.view}>
        <Part name="The ladder">
          <LadderView />
        </Part>
      </div>
    );
  }
  const shown = ordered(filtered(records, filter), order);
  const compared = records.filter(({ id }) => chosen.includes(id));
  if (comparing && compared.length > 1) {
    return (
      <div className={classes.view}>
        <Compare records={compared} onClose={() => setComparing(false)} />
      </div>
    );
  }
  const [newer, older] = compared;
  const choose = (id: string) =>
    setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  return (
    <div className={classes.view}>
      <header className={classes.header}>
        <h2>Runs</h2>
        <a className={classes.link} href="#runs?ladder">
          What does each change bring?
        </a>
        <ImportButton />
        <StorageMeter />
      </header>
      <UndoNotice />
      {records.length === 0 ? (
        <Empty />
      ) : (
        <>
          <search className={classes.tools}>
            <input
              type="search"
              placeholder="Find a name"
              aria-label="Find a name"
              value={filter.text}
              onChange={(event) => setFilter({ ...filter, text: event.currentTarget.value })}
            />
            <select
              aria-label="Net"
              value={filter.net}
              onChange={(event) => {
                const net = NETS.find((name) => name === event.currentTarget.value);
                setFilter({ ...filter, net: net ?? "all" });
              }}
            >
              <option value="all">every net</option>
              {PRESETS.map((name) => (
                <option key={name} value={name}>
                  {RECIPES[name].title}
                </option>
              ))}
              <option value="own">nets of your own</option>
            </select>
            <label className={classes.starred}>
              <input
                type="checkbox"
                checked={filter.starred}
                onChange={(event) => setFilter({ ...filter, starred: event.currentTarget.checked })}
              />
              starred only
            </label>
            <select
              aria-label="Order"
              value={order}
              onChange={(event) => {
                const chosen = ORDERS.find((name) => name === event.currentTarget.value);
                if (chosen) setOrder(chosen);
              }}
            >
              {ORDERS.map((name) => (
                <option key={name} value={name}>
                  {ORDER_WORDS[name]}
                </option>
              ))}
            </select>
          </search>
          {shown.length === 0 ? (
            <p className={classes.none}>
              No run is like that.{" "}
              <UnstyledButton className={classes.link} onClick={() => setFilter(NO_FILTER)}>
                Show all {records.length}
              </UnstyledButton>
            </p>
          ) : (
            <table className={classes.table}>
              <thead>
                <tr>
                  <th scope="col">
                    <span className={classes.hidden}>Compare and star</span>
                  </th>
                  <th scope="col">Run</th>
                  <th scope="col">Net</th>
                  <th scope="col">Validation loss</th>
                  <th scope="col">
                    SSIM <small>beside PCA’s, write-up</small>
                  </th>
                  <th scope="col">Epochs</th>
                  <th scope="col">
                    <span className={classes.hidden}>Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {shown.map((record) => (
                  <RunRow
                    key={record.id}
                    record={record}
                    now={now}
                    compared={chosen.includes(record.id)}
                    onCompare={
                      chosen.includes(record.id) || compared.length < MOST_COMPARED
                        ? () => choose(record.id)
                        : null
                    }
                  />
                ))}
              </tbody>
            </table>
          )}
          {compared.length > 0 && (
            <div className={classes.bar}>
              <span>
                {compared.length === 1 ? "1 run chosen" : `${compared.length} runs chosen`}
                {compared.length === 1 && ": choose another to compare with"}
                {compared.length === MOST_COMPARED && ", the most that can be told apart"}
              </span>
              <UnstyledButton className={classes.link} onClick={() => setChosen([])}>
                Clear
              </UnstyledButton>
              {older && newer && compared.length === 2 && (
                <a className={classes.link} href={hashOfEnds({ from: older.id, to: newer.id })}>
                  What did each change bring?
                </a>
              )}
              <UnstyledButton
                className={classes.go}
                disabled={compared.length < 2}
                onClick={() => setComparing(true)}
              >
                Compare
              </UnstyledButton>
            </div>
          )}
        </>
      )}
    </div>
  );
}

function UndoNotice() {
  const { runs } = useApp();
  const deleted = useRuns((state) => state.deleted);
  return (
    <div role="status">
      {deleted && (
        <p className={classes.undo}>
          {deleted.name} is deleted.
          <UnstyledButton className={classes.link} onClick={runs.undo}>
            Undo
          </UnstyledButton>
        </p>
      )}
    </div>
  );
}

function Empty() {
  return (
    <div className={classes.empty}>
      <p>
        Every run is kept here by itself: its settings, curves, reconstructions and weights. A run
        that a closed tab cut short can go on from where it was, and a run in a file can be dropped
        on this page.
      </p>
      <a href="#train">Train the first one</a>
    </div>
  );
}
