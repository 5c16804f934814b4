import "./ui/styles";
import { MantineProvider } from "@mantine/core";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createTrainingClient } from "./client/client";
import { createLabClient } from "./client/lab";
import { createLabWorker, createTrainingWorker } from "./client/worker";
import { keepAddress } from "./state/address";
import { createApp } from "./state/app";
import { createCalibrationStore } from "./state/calibrations";
import { followAddress, keepCurrentNet, readCurrentNet } from "./state/current-net";
import { readHidden } from "./state/hidden";
import { createSweepLog } from "./state/lab/sweep-log";
import { readLink } from "./state/link";
import { createAskToKeep } from "./state/persistence";
import { browserStore, keepQueue, readQueue } from "./state/queueStore";
import { openRunStore } from "./storage/open";
import { AppContext, LabContext } from "./ui/kit/hooks";
import { Part } from "./ui/kit/parts/Part";
import { Page } from "./ui/shell/Page";
import { cssVariables, theme } from "./ui/theme";
import { SweepContext } from "./ui/views/lab/sweep/sweeps";

const { config, problems } = readLink(window.location.search);
const { problems: hideProblems } = readHidden(window.location.search);
const disk = browserStore();
const session = browserStore("sessionStorage");
const app = createApp(
  createTrainingClient(createTrainingWorker),
  {
    settings: config,
    linkProblems: [...problems, ...hideProblems],
    waiting: readQueue(disk),
    currentNet: readCurrentNet(session),
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
const run = new URLSearchParams(window.location.search).get("run");
if (run) void app.importLink(run);
const lab = createLabClient(createLabWorker);
const sweeps = createSweepLog(app, disk);
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element #root");

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <AppContext.Provider value={app}>
        <LabContext.Provider value={lab}>
          <SweepContext.Provider value={sweeps}>
            <Part name="The page">
              <Page />
            </Part>
          </SweepContext.Provider>
        </LabContext.Provider>
      </AppContext.Provider>
    </MantineProvider>
  </StrictMode>,
);
