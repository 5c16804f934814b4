/**
 * The one-way rules between the folders of src (README, "Architecture"). Each folder may import
 * itself, what is listed for it here, and packages; everything else is an error.
 */
const LAYERS = {
  core: [],
  models: ["core"],
  engine: ["core"],
  data: ["core"],
  training: ["core", "models", "engine", "data"],
  export: ["core", "models"],
  protocol: ["core", "storage"],
  worker: ["core", "models", "engine", "data", "training", "export", "storage", "protocol"],
  client: ["core", "storage", "protocol"],
  storage: ["core"],
  state: ["core", "protocol", "client", "storage"],
  ui: ["core", "protocol", "client", "storage", "state"],
  cli: ["core", "models", "engine", "data", "training", "export"],
};
/** Parts of the engine that know nothing of each other. */
const DEVICES = ["wasm", "tfjs", "webgpu"];

const layerRules = Object.entries(LAYERS).map(([layer, allowed]) => ({
  name: `${layer}-imports-only-${["itself", ...allowed].join("-")}`,
  severity: "error",
  from: { path: `^src/${layer}/` },
  // The client names the worker's file in `new Worker(new URL(…))`, which is no import.
  to: {
    path: "^(src|tests|scripts|bench)/",
    // The command line's bench finds a browser as the tests do, and opens the bench's page.
    pathNot: [
      `^src/(${[layer, ...allowed].join("|")})/`,
      ...(layer === "cli" ? ["^(scripts|bench)/"] : []),
    ],
  },
}));

const deviceRules = DEVICES.map((device) => ({
  name: `${device}-device-stands-alone`,
  severity: "error",
  from: { path: `^src/engine/${device}/` },
  to: { path: `^src/engine/(${DEVICES.filter((other) => other !== device).join("|")})/` },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    ...deviceRules,
    {
      name: "no-cycles",
      severity: "error",
      from: { path: "^src/" },
      to: { circular: true },
    },
    {
      name: "core-has-no-tf-react-or-node",
      severity: "error",
      from: { path: "^src/core/" },
      to: { path: "node_modules/(@tensorflow|react|react-dom|@mantine|zustand)/" },
    },
    {
      name: "only-the-command-line-imports-node",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/cli/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "page-never-imports-tf",
      severity: "error",
      from: { path: "^src/(core|protocol|client|storage|state|ui|main)" },
      to: { path: "node_modules/@tensorflow/" },
    },
    {
      name: "state-is-not-react",
      severity: "error",
      from: { path: "^src/(state|storage|client|protocol)/" },
      to: { path: "node_modules/(react|react-dom|@mantine)/" },
    },
    {
      name: "unresolved",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^src/engine/wasm/assembly/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types"] },
  },
};
