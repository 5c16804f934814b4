import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { CHROMIUM_FLAGS, findBrowser, SOFTWARE_WEBGPU_FLAGS } from "./scripts/lib/browser.mjs";

const executablePath = findBrowser();

export default defineConfig({
  test: {
    projects: [
      {
        extends: "./vite.config.ts",
        test: {
          name: "unit",
          environment: "node",
          include: ["tests/unit/**/*.test.{ts,tsx}", "tests/golden/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        extends: "./vite.config.ts",
        optimizeDeps: {
          // All that the page imports: found late, one of them would bring a second React.
          include: [
            "@mantine/core",
            "@mantine/hooks",
            "axe-core",
            "idb",
            "react",
            "react-dom/client",
            "recharts",
            "zustand",
            "zustand/vanilla",
          ],
        },
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.{ts,tsx}"],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            // Where the cores are shared, bundling the page's dependencies alone took 60 s.
            connectTimeout: 180_000,
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
          name: "e2e",
          environment: "node",
          include: ["tests/e2e/**/*.test.ts"],
          globalSetup: ["tests/e2e/build.ts"],
          // Each file has the machine to itself: they train, and one of them measures.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
