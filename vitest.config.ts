import { availableParallelism } from "node:os";
import { playwright } from "@vitest/browser-playwright";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { CHROMIUM_FLAGS, findBrowser, SOFTWARE_WEBGPU_FLAGS } from "./scripts/lib/browser.mjs";

const executablePath = findBrowser();
const CORES = availableParallelism();
/**
 * Limits tell a test that hangs from one that works. Other programs may have the cores: what takes
 * 3 s on idle ones took over 60 at a load of 20.
 */
const HANGS = { testTimeout: 600_000, hookTimeout: 600_000 };
const PATIENT = {
  ...HANGS,
  retry: 1,
  expect: { poll: { timeout: 90_000, interval: 100 } },
};

/**
 * React as users get it: with its development version, which warns of what no test asks about, pages
 * take 30% more of a processor.
 */
const quickReact: Plugin = {
  name: "quick-react",
  enforce: "post",
  config: () => ({
    oxc: { jsx: { development: false } },
    define: { "process.env.NODE_ENV": JSON.stringify("production") },
    optimizeDeps: {
      rolldownOptions: {
        transform: { define: { "process.env.NODE_ENV": JSON.stringify("production") } },
      },
    },
  }),
};

export default defineConfig({
  test: {
    // Vitest reads it here alone. Where the cores are shared, bundling the page's dependencies took 60 s.
    browser: { connectTimeout: 180_000 },
    projects: [
      {
        extends: "./vite.config.ts",
        test: {
          name: "unit",
          environment: "node",
          include: ["tests/unit/**/*.test.{ts,tsx}", "tests/golden/**/*.test.ts"],
          globalSetup: ["tests/kernels.ts"],
          // All cores: by default, one is left to a person at work beside it.
          maxWorkers: CORES,
          // Files share a process, and tfjs with it: loading it anew took as long as most tests.
          isolate: false,
          ...HANGS,
        },
      },
      {
        extends: "./vite.config.ts",
        plugins: [quickReact],
        optimizeDeps: {
          // All that the page imports: found late, one of them would bring a second React.
          include: [
            "@mantine/core",
            "@mantine/hooks",
            "axe-core",
            "d3-scale",
            "d3-shape",
            "fast-png",
            "idb",
            "react",
            "react-dom/client",
            "react-error-boundary",
            "recharts",
            "zustand",
            "zustand/vanilla",
          ],
        },
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.{ts,tsx}"],
          maxWorkers: CORES,
          ...HANGS,
          // A condition is waited for as long as the test may take, not for a second.
          expect: { poll: { timeout: 120_000 } },
          // Two pages share one browser, whose driver loses a key or a click now and then.
          retry: 1,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(executablePath ? { executablePath } : {}),
                args: [...CHROMIUM_FLAGS, ...SOFTWARE_WEBGPU_FLAGS],
              },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
      {
        extends: "./vite.config.ts",
        test: {
          name: "foreign",
          environment: "node",
          include: ["tests/foreign/*.test.ts"],
          // TensorFlow takes all cores.
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 1_200_000,
        },
      },
      {
        extends: "./vite.config.ts",
        test: {
          name: "commands",
          environment: "node",
          include: ["tests/commands/*.test.ts"],
          // They start processes, as many at once as there are cores.
          fileParallelism: false,
          maxConcurrency: 100,
          ...HANGS,
        },
      },
      {
        extends: "./vite.config.ts",
        test: {
          name: "e2e",
          environment: "node",
          include: ["tests/e2e/*.test.ts", "tests/oldest/*.test.ts"],
          globalSetup: ["tests/e2e/build.ts"],
          // They wait a third of the time, and measure nothing.
          maxWorkers: 3,
          // Files share a process, and the browser with it.
          isolate: false,
          ...PATIENT,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: "./vite.config.ts",
        test: {
          name: "browsers",
          environment: "node",
          include: ["tests/browsers/*.test.ts"],
          globalSetup: ["tests/e2e/build.ts"],
          maxWorkers: 2,
          ...PATIENT,
        },
      },
      {
        extends: "./vite.config.ts",
        test: {
          name: "hosts",
          environment: "node",
          include: ["tests/hosts/*.test.ts"],
          globalSetup: ["tests/e2e/build.ts", "tests/hosts/pack.ts"],
          fileParallelism: false,
          ...PATIENT,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: "./vite.config.ts",
        test: {
          name: "e2e-alone",
          environment: "node",
          include: ["tests/e2e/alone/*.test.ts"],
          globalSetup: ["tests/e2e/build.ts"],
          // They measure by the clock: nothing else of ours runs beside them.
          fileParallelism: false,
          ...PATIENT,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
