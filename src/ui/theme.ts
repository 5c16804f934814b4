import { type CSSVariablesResolver, createTheme } from "@mantine/core";

/** Mantine's parts in this page's clothes: one family, two weights, colours from tokens.css. */
export const theme = createTheme({
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  headings: { fontFamily: '"Inter Variable", system-ui, sans-serif', fontWeight: "600" },
  primaryColor: "teal",
  defaultRadius: 6,
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
});

const shared = {
  "--mantine-color-body": "var(--paper)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-3)",
  "--mantine-color-default": "var(--raised)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-hover": "var(--sunken)",
  "--mantine-color-placeholder": "var(--ink-3)",
  "--mantine-color-error": "var(--ink)",
  "--mantine-primary-color-filled": "var(--net)",
  "--mantine-primary-color-filled-hover": "var(--net-strong)",
  "--mantine-primary-color-contrast": "var(--on-net)",
};

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: shared,
  dark: shared,
});
