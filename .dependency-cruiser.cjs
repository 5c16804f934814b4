/**
 * The one-way rules between the folders of src (docs/architecture.md). Each may import itself, what is
 * listed for it here, and packages; everything else is an error. What lies in a folder that has a line
 * of its own (`nets/build`) is not part of the folder around it.
 */
const VALUES = ["math", "checks", "metrics", "datasets", "nets", "config", "runs"];
const LAYERS = {
  math: [],
  checks: [],
  metrics: ["math"],
  datasets: ["math", "checks"],
  "datasets/download": ["math", "checks", "datasets"],
  "datasets/formats": ["math", "checks", "datasets"],
  nets: ["math"],
  "nets/build": ["math", "nets"],
  import: ["math", "nets"],
  "import/file": [
    "math",
    "checks",
    "metrics",
    "datasets",
    "datasets/formats",
    "nets",
    "config",
    "import",
  ],
  config: ["math", "checks", "metrics", "datasets", "nets"],
  runs: ["math", "checks", "metrics", "datasets", "nets", "config"],
  report: ["math", "metrics", "runs"],
  engine: ["math", "metrics", "config"],
  training: [...VALUES, "datasets/download", "nets/build", "engine"],
  export: [...VALUES, "nets/build"],
  protocol: [...VALUES, "storage"],
  worker: [
    ...VALUES,
    "datasets/download",
    "datasets/formats",
    "nets/build",
    "engine",
    "training",
    "export",
    "import",
    "import/file",
    "storage",
    "protocol",
  ],
  "service-worker": ["protocol"],
  client: [...VALUES, "storage", "protocol"],
  storage: VALUES,
  state: [...VALUES, "import", "report", "protocol", "client", "storage"],
  ui: [...VALUES, "import", "report", "protocol", "client", "storage", "state"],
  cli: [
    ...VALUES,
    "import",
    "import/file",
    "datasets/download",
    "datasets/formats",
    "nets/build",
    "report",
    "engine",
    "training",
    "export",
  ],
};
/**
 * The floors of the page, from the ground up: each may import those below it. Views stand side by
 * side and know nothing of each other; what two of them share lies below.
 */
const FLOORS = ["kit", "figure", "charts", "pictures", "net", "views", "shell"];
/** Parts of the engine that know nothing of each other. */
const DEVICES = ["wasm", "tfjs", "webgpu"];

/** A pattern for the files of one layer, those of layers inside it left out. */
function filesOf(layer) {
  const inside = Object.keys(LAYERS).filter((other) => other.startsWith(`${layer}/`));
  const rest = inside.map((other) => other.slice(layer.length + 1)).join("|");
  return `^src/${layer}/${rest ? `(?!(${rest})/)` : ""}`;
}

const layerRules = Object.entries(LAYERS).map(([layer, allowed]) => ({
  name: `${layer}-imports-only-${["itself", ...allowed].join("-")}`,
  severity: "error",
  from: { path: filesOf(layer) },
  // The client names the worker's file in `new Worker(new URL(…))`, which is no import.
  to: {
    path: "^(src|tests|scripts|bench)/",
    // The command line's bench finds a browser as the tests do, and opens the bench's page.
    pathNot: [
      ...[layer, ...allowed].map(filesOf),
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

const floorRules = FLOORS.map((floor, height) => ({
  name: `ui-${floor}-imports-no-floor-above`,
  severity: "error",
  from: { path: `^src/ui/${floor}/` },
  to: { path: `^src/ui/(${FLOORS.slice(height + 1).join("|") || "nothing"})/` },
}));

/** What an operation is stands before how a device does it, and no kind of operation knows another. */
const operationRules = [
  {
    name: "an-operation-knows-no-other",
    severity: "error",
    from: { path: "^src/engine/ops/([^/]+)/" },
    to: { path: "^src/engine/ops/[^/]+/", pathNot: "^src/engine/ops/$1/" },
  },
  {
    name: "what-an-operation-is-knows-no-device",
    severity: "error",
    from: { path: "^src/engine/ops/", pathNot: "(wasm|webgpu)[^/]*[.]ts$" },
    to: { path: `^src/engine/(ops/.*(wasm|webgpu)[^/]*[.]ts$|(${DEVICES.join("|")})/)` },
  },
  ...["wasm", "webgpu"].map((device) => ({
    name: `operations-on-${device}-know-no-other-device`,
    severity: "error",
    from: { path: `^src/engine/ops/.*${device}[^/]*[.]ts$` },
    to: { path: `^src/engine/(${DEVICES.filter((other) => other !== device).join("|")})/` },
  })),
  {
    name: "devices-know-no-operation-by-name",
    severity: "error",
    from: { path: `^src/engine/(${DEVICES.join("|")})/` },
    to: { path: "^src/engine/ops/[^/]+/" },
  },
];

module.exports = {
  forbidden: [
    ...layerRules,
    ...deviceRules,
    ...operationRules,
    ...floorRules,
    {
      name: "views-never-import-views",
      severity: "error",
      from: { path: "^src/ui/views/([^/]+)/" },
      to: { path: "^src/ui/views/", pathNot: "^src/ui/views/$1/" },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: { path: "^src/" },
      to: { circular: true },
    },
    {
      name: "values-have-no-tf-or-react",
      severity: "error",
      from: { path: [...VALUES, "import", "import/file", "report"].map(filesOf) },
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
      from: { path: "^src/(protocol|client|storage|state|ui|main)" },
      to: { path: "node_modules/@tensorflow/" },
    },
    {
      name: "state-is-not-react",
      severity: "error",
      from: { path: "^src/(state|storage|client|protocol)/" },
      to: { path: "node_modules/(react|react-dom|@mantine)/" },
    },
    {
      // `npm start` installs no devDependencies, and the commands work after it.
      name: "only-benches-and-webgpu-in-node-need-development-packages",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/cli/(bench/|dawn)" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
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
