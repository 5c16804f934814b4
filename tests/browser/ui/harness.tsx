/** The page over a scripted worker, in a real browser. */

import { MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { expect } from "vitest";
import { page, userEvent } from "vitest/browser";
import { createTrainingClient } from "../../../src/client/client";
import { createInferenceClient, type InferenceClient } from "../../../src/client/inference";
import { createInferenceWorker } from "../../../src/client/worker";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { type App, createApp, type Opening } from "../../../src/state/app";
import { createBrought } from "../../../src/state/brought";
import type { OwnDataStore } from "../../../src/state/own-data";
import { AppContext, InferenceContext } from "../../../src/ui/kit/hooks";
import { Part } from "../../../src/ui/kit/parts/Part";
import { Page } from "../../../src/ui/shell/Page";
import "../../../src/ui/styles";
import { cssVariables, theme } from "../../../src/ui/theme";
import { createFakeOwnData } from "./fakeOwnData";
import { baselineQuality } from "./script";
import { createScriptedWorker, type Script, type ScriptedWorker } from "./scriptedWorker";

/** Where the page keeps whether *More* of the controls is open. */
export const MORE_KEY = "latent-loom.more";
/** What the page remembers of earlier visits. */
const FIRST_VISIT_KEYS = [MORE_KEY, "latent-loom.noted"];
const LABELS = [0, 1, 0, 1];
export const STEPS_PER_EPOCH = 20;

/** Grey squares: bright enough to see, different for each image. */
const pictures = (offset: number) =>
  Uint8Array.from(
    { length: LABELS.length * 784 },
    (_, i) => 40 + offset + 10 * Math.floor(i / 784),
  );

interface Visit {
  /** As somebody finds the page who has never opened it. */
  readonly isNew?: boolean;
}

export interface Opened {
  readonly app: App;
  readonly worker: ScriptedWorker;
  close(): void;
}

/** A part of the page over a scripted worker and some inference worker, in an empty document. */
export function mount(
  view: (app: App) => ReactNode,
  inference: InferenceClient,
  script: Partial<Script> = {},
  opening: Opening = {},
  ownData: OwnDataStore = createFakeOwnData(),
  { isNew = true }: Visit = {},
): Opened {
  if (isNew) for (const key of FIRST_VISIT_KEYS) localStorage.removeItem(key);
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
  const settings = {
    ...DEFAULT_CONFIG,
    ...opening.settings,
    ...(script.spec && { data: script.spec.id }),
  };
  const made = createApp(
    createTrainingClient(() => worker),
    { ...opening, settings },
  );
  const app = {
    ...made,
    ownData,
    brought: createBrought(made.importRun, ownData.bring, made.models.bring),
  };
  const element = document.createElement("div");
  document.body.replaceChildren(element);
  const root: Root = createRoot(element);
  root.render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="light">
      <AppContext.Provider value={app}>
        <InferenceContext.Provider value={inference}>
          <Part name="What is tested">{view(app)}</Part>
        </InferenceContext.Provider>
      </AppContext.Provider>
    </MantineProvider>,
  );
  return {
    app,
    worker,
    close() {
      root.unmount();
      app.dispose();
      inference.dispose();
    },
  };
}

/** @param inference the real one unless said otherwise: its worker starts with the first question */
export async function open(
  script: Partial<Script> = {},
  opening: Opening = {},
  inference: InferenceClient = createInferenceClient(createInferenceWorker),
  ownData: OwnDataStore = createFakeOwnData(),
  visit: Visit = {},
): Promise<Opened> {
  const opened = mount(() => <Page />, inference, script, opening, ownData, visit);
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
/** Opens the controls that a first hour does without. */
export async function openMore(): Promise<void> {
  await page.getByText(/^More /).click();
  await expect.element(page.getByTestId("devices")).toBeVisible();
}
export const text = (testId: string) => page.getByTestId(testId).element().textContent;
