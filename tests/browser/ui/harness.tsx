/** The page over a scripted worker, in a real browser. */

import { MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { expect } from "vitest";
import { page, userEvent } from "vitest/browser";
import { createTrainingClient } from "../../../src/client/client";
import { createLabClient, type LabClient } from "../../../src/client/lab";
import { createLabWorker } from "../../../src/client/worker";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { type App, createApp, type Opening } from "../../../src/state/app";
import { AppContext, LabContext } from "../../../src/ui/kit/hooks";
import { Part } from "../../../src/ui/kit/parts/Part";
import { Page } from "../../../src/ui/shell/Page";
import "../../../src/ui/styles";
import { cssVariables, theme } from "../../../src/ui/theme";
import { baselineQuality } from "./script";
import { createScriptedWorker, type Script, type ScriptedWorker } from "./scriptedWorker";

const LABELS = [0, 1, 0, 1];
export const STEPS_PER_EPOCH = 20;

/** Grey squares: bright enough to see, different for each image. */
const pictures = (offset: number) =>
  Uint8Array.from(
    { length: LABELS.length * 784 },
    (_, i) => 40 + offset + 10 * Math.floor(i / 784),
  );

export interface Opened {
  readonly app: App;
  readonly worker: ScriptedWorker;
  close(): void;
}

/** A part of the page over a scripted worker and some lab, in an empty document. */
export function mount(
  view: (app: App) => ReactNode,
  lab: LabClient,
  script: Partial<Script> = {},
  opening: Opening = {},
): Opened {
  const worker = createScriptedWorker({
    spec: FASHION_MNIST,
    originals: pictures(0),
    labels: LABELS,
    reconstruct: (share) => pictures(Math.round(60 * (1 - share))),
    pca: pictures(5),
    stepsPerEpoch: STEPS_PER_EPOCH,
    quality: baselineQuality,
    ...script,
  });
  const app = createApp(
    createTrainingClient(() => worker),
    opening,
  );
  const element = document.createElement("div");
  document.body.replaceChildren(element);
  const root: Root = createRoot(element);
  root.render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="light">
      <AppContext.Provider value={app}>
        <LabContext.Provider value={lab}>
          <Part name="What is tested">{view(app)}</Part>
        </LabContext.Provider>
      </AppContext.Provider>
    </MantineProvider>,
  );
  return {
    app,
    worker,
    close() {
      root.unmount();
      app.dispose();
      lab.dispose();
    },
  };
}

/** @param lab the real one unless said otherwise: its worker starts with the first question */
export async function open(
  script: Partial<Script> = {},
  opening: Opening = {},
  lab: LabClient = createLabClient(createLabWorker),
): Promise<Opened> {
  const opened = mount(() => <Page />, lab, script, opening);
  await expect.element(page.getByTestId("reconstructions")).toBeVisible();
  return opened;
}

export const button = (name: string) => page.getByRole("button", { name, exact: true });
export const numberField = (name: string) => page.getByRole("spinbutton", { name, exact: true });
/** Types a number into the field of that name, and commits it. */
export async function setNumber(name: string, value: string): Promise<void> {
  await userEvent.fill(numberField(name), value);
  await userEvent.keyboard("{Enter}");
}
export const text = (testId: string) => page.getByTestId(testId).element().textContent;
