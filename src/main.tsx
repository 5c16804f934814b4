import "./ui/styles";
import { MantineProvider } from "@mantine/core";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createTrainingClient } from "./client/client";
import { createInferenceClient } from "./client/inference";
import { loadPart } from "./client/parts";
import { createInferenceWorker, createTrainingWorker } from "./client/worker";
import { keepAddress } from "./state/address";
import { createApp } from "./state/app";
import { createCalibrationStore } from "./state/calibrations";
import { followAddress, keepCurrentNet, readCurrentNet } from "./state/current-net";
import { readHidden } from "./state/hidden";
import { createSweepLog } from "./state/lab/sweep-log";
import { GOT, linkedData, readLink, withoutData } from "./state/link";
import { createAskToKeep } from "./state/persistence";
import { browserStore, keepQueue, readQueue } from "./state/queueStore";
import { openRunStore } from "./storage/open";
import { AppContext, InferenceContext, SweepContext } from "./ui/kit/hooks";
import { Part } from "./ui/kit/parts/Part";
import { Page } from "./ui/shell/Page";
import { cssVariables, theme } from "./ui/theme";

function start(): void {
  const { search } = window.location;
  const linked = linkedData(search);
  // Whether it is here is known once the browser's database has been read.
  const { config, problems } = readLink(linked ? withoutData(search) : search);
  const { problems: hideProblems } = readHidden(search);
  const disk = browserStore();
  const session = browserStore("sessionStorage");
  const app = createApp(
    createTrainingClient(createTrainingWorker),
    {
      settings: config,
      linkProblems: [...problems, ...hideProblems],
      waiting: readQueue(disk),
      currentNet: readCurrentNet(session),
      query: search,
    },
    {
      opened: openRunStore(),
      calibrations: createCalibrationStore(disk),
      askToKeep: createAskToKeep(disk),
    },
  );
  keepAddress(app.store, window);
  keepQueue(app.store, disk);
  keepCurrentNet(app.store, session);
  followAddress(app.lookAt, window);
  const run = new URLSearchParams(search).get("run");
  if (run) void app.importLink(run);
  if (new URLSearchParams(search).has(GOT)) {
    void loadPart("state/read-result-link", () => import("./state/read-result-link")).then(
      ({ showFigures }) => showFigures(app.store, search, config),
      // The page says by itself where its server is away.
      console.warn,
    );
  }
  if (linked && "address" in linked) {
    const bring = () => app.ownData.bringLinked(linked.address);
    window.addEventListener("load", bring, { once: true });
  }
  const inference = createInferenceClient(createInferenceWorker);
  const sweeps = createSweepLog(app, disk);
  const root = document.getElementById("root");
  if (!root) throw new Error("index.html has no element #root");

  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <AppContext.Provider value={app}>
          <InferenceContext.Provider value={inference}>
            <SweepContext.Provider value={sweeps}>
              <Part name="The page">
                <Page />
              </Part>
            </SweepContext.Provider>
          </InferenceContext.Provider>
        </AppContext.Provider>
      </MantineProvider>
    </StrictMode>,
  );
}

// Where the page is about to be opened again, nothing begins: index.html. An await here would keep the build
// from joining modules to this one, 17 kB of 186.
const { isolating } = window as { isolating?: Promise<void> };
if (isolating) void isolating.then(start);
else start();
