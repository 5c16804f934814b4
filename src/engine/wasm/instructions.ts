/**
 * What programs and the kernels that run them must agree on, said once.
 *
 * The encoder (program.ts) takes its types from these tables; scripts/lib/accessors.mjs makes from
 * them the classes by which AssemblyScript reads the same words, and the function that hands each
 * instruction to its kernel. Everything is one word of 32 bits.
 */

/** What a word means, which is how it is written here and read there. */
export type WordType =
  /** Of memory, in bytes. */
  | "address"
  /** One that may be missing: 0 in memory. */
  | "address?"
  /** A distance or a length in bytes. */
  | "bytes"
  | "int"
  | "float"
  /** 0 or 1. */
  | "flag"
  /** A place in ACTIVATIONS. */
  | "activation"
  /** Address of the record of that name. */
  | "settings";

export type Fields = Readonly<Record<string, WordType>>;

/** Records that lie in memory, in the order of their words. */
export const RECORDS = {
  /** Followed by its phases. */
  program: { phases: "int" },
  /** Jobs that may run side by side, and the chunks of all; followed by the jobs. */
  phase: { jobs: "int", chunks: "int" },
  /** Followed by the instructions of its prologue and its own, `words` words in all. */
  job: {
    byImage: "flag",
    /** Units of work, those of a chunk, and chunks. */
    count: "int",
    grain: "int",
    chunks: "int",
    prologue: "int",
    instructions: "int",
    words: "int",
  },
  /** Followed by its arguments. */
  instruction: { opcode: "int", args: "int" },
  /** Its value is base + stride × variable; `by` is the variable's place in the record below. */
  argument: { base: "int", stride: "int", by: "int" },
  /** What an argument may be counted in. Each thread has its own. */
  variables: {
    /** Always 0: for constants. */
    nothing: "int",
    /** Place in the batch. */
    image: "int",
    /** Group of images, whose weight gradients are summed apart. */
    group: "int",
    thread: "int",
    /** Place in the resident data set. */
    sample: "int",
    /** Ends of the range that a chunk of work covers. */
    from: "int",
    to: "int",
  },
  /** By which threads agree. */
  control: {
    command: "int",
    program: "address",
    threads: "int",
    arrived: "int",
    generation: "int",
    nextChunk: "int",
    ready: "int",
    /** Of the batch's sample numbers. */
    samples: "address",
  },
  /** What changes from step to step, so that one program serves them all. */
  settings: {
    /** With Adam's correction for the first steps. */
    learningRate: "float",
    oneMinusBeta1: "float",
    oneMinusBeta2: "float",
    epsilon: "float",
    /** What decaying weights are multiplied by. */
    decay: "float",
    /** What gradients are multiplied by; clipScale changes it. */
    clip: "float",
    seed: "int",
    step: "int",
    /** Numbers that nested dropout keeps in inference. */
    kept: "int",
  },
} as const satisfies Record<string, Fields>;

/** Sizes by which kernels are written out, and lowering counts. */
export const SIZES = {
  /** Of the product's tile, which is kept in registers. */
  TILE_ROWS: 4,
  PANEL_COLUMNS: 8,
  /** Outputs that convToOne computes at a time. */
  TO_ONE_COLUMNS: 8,
} as const;

/** Swish's gradient is taken from its input, those of the others from their output. */
export const ACTIVATIONS = ["sigmoid", "relu", "leakyRelu", "elu", "swish", "clamp"] as const;

/**
 * Instructions and their arguments. An instruction's number is its place; the function of its name
 * in assembly/ carries it out, and says there what it computes.
 *
 * A pitch is what lies between the starts of two rows; `rows` and `columns` count floats.
 */
export const INSTRUCTIONS = {
  gemm: {
    a: "address",
    aTable: "address",
    aStep: "bytes",
    aPitch: "bytes",
    b: "address",
    bStep: "bytes",
    bPitch: "bytes",
    length: "int",
    runs: "int",
    c: "address",
    cTable: "address",
    tileFrom: "int",
    tileTo: "int",
    panelFrom: "int",
    panelTo: "int",
    columns: "int",
    bias: "address?",
    accumulates: "flag",
    relu: "flag",
    panelsOutside: "flag",
  },
  convToOne: {
    from: "address",
    fromPitch: "bytes",
    pixel: "bytes",
    weights: "address",
    runs: "int",
    length: "int",
    to: "address",
    toPitch: "bytes",
    height: "int",
    width: "int",
    bias: "address?",
  },
  loadBytes: { from: "address", to: "address", toPitch: "bytes", rows: "int", columns: "int" },
  copyRows: {
    from: "address",
    fromPitch: "bytes",
    to: "address",
    toPitch: "bytes",
    rows: "int",
    bytes: "bytes",
  },
  copyPixels: {
    from: "address",
    fromPitch: "bytes",
    fromPixel: "bytes",
    to: "address",
    toPitch: "bytes",
    toPixel: "bytes",
    rows: "int",
    pixels: "int",
    bytes: "bytes",
  },
  fillZero: { to: "address", bytes: "bytes" },
  transpose: {
    from: "address",
    fromPitch: "bytes",
    to: "address",
    toPitch: "bytes",
    rows: "int",
    columnFrom: "int",
    columnTo: "int",
  },
  depthToSpace: {
    deep: "address",
    deepPitch: "bytes",
    wide: "address",
    widePitch: "bytes",
    height: "int",
    width: "int",
    block: "int",
    run: "int",
    backward: "flag",
  },
  addRows: {
    a: "address",
    aPitch: "bytes",
    b: "address",
    bPitch: "bytes",
    to: "address",
    toPitch: "bytes",
    rows: "int",
    columns: "int",
  },
  scaleRows: {
    from: "address",
    fromPitch: "bytes",
    to: "address",
    toPitch: "bytes",
    rows: "int",
    columns: "int",
    scale: "float",
    offset: "float",
  },
  sumSlabs: { to: "address", from: "address", table: "address", slabs: "int", floats: "int" },
  columnSums: {
    from: "address",
    fromPitch: "bytes",
    rows: "int",
    pixels: "int",
    channels: "int",
    to: "address",
    accumulates: "flag",
  },
  activate: {
    kind: "activation",
    x: "address",
    pitch: "bytes",
    rows: "int",
    columns: "int",
    alpha: "float",
  },
  activationGradient: {
    kind: "activation",
    kept: "address",
    keptPitch: "bytes",
    dy: "address",
    dyPitch: "bytes",
    rows: "int",
    columns: "int",
    alpha: "float",
  },
  maxPool: {
    x: "address",
    xPitch: "bytes",
    y: "address",
    yPitch: "bytes",
    argmax: "address",
    height: "int",
    width: "int",
    channels: "int",
    size: "int",
    relu: "flag",
  },
  maxPoolGradient: {
    dy: "address",
    dyPitch: "bytes",
    argmax: "address",
    dx: "address",
    dxPitch: "bytes",
    height: "int",
    width: "int",
    channels: "int",
    size: "int",
  },
  averagePool: {
    x: "address",
    xPitch: "bytes",
    y: "address",
    yPitch: "bytes",
    height: "int",
    width: "int",
    channels: "int",
    windowsDown: "int",
    windowsAcross: "int",
    windowHeight: "int",
    windowWidth: "int",
    strideDown: "int",
    strideAcross: "int",
    top: "int",
    left: "int",
  },
  averagePoolGradient: {
    dy: "address",
    dyPitch: "bytes",
    dx: "address",
    dxPitch: "bytes",
    height: "int",
    width: "int",
    channels: "int",
    windowsDown: "int",
    windowsAcross: "int",
    windowHeight: "int",
    windowWidth: "int",
    strideDown: "int",
    strideAcross: "int",
    top: "int",
    left: "int",
  },
  upsample: {
    from: "address",
    fromPitch: "bytes",
    to: "address",
    toPitch: "bytes",
    height: "int",
    width: "int",
    channels: "int",
    factor: "int",
  },
  upsampleGradient: {
    dy: "address",
    dyPitch: "bytes",
    dx: "address",
    dxPitch: "bytes",
    height: "int",
    width: "int",
    channels: "int",
    factor: "int",
  },
  bceLoss: {
    z: "address",
    zPitch: "bytes",
    target: "address",
    targetPitch: "bytes",
    dz: "address?",
    dzPitch: "bytes",
    output: "address?",
    rows: "int",
    columns: "int",
    scale: "float",
    weight: "float",
    sum: "address",
  },
  errorLoss: {
    absolute: "flag",
    y: "address",
    yPitch: "bytes",
    target: "address",
    targetPitch: "bytes",
    dy: "address?",
    dyPitch: "bytes",
    rows: "int",
    columns: "int",
    scale: "float",
    weight: "float",
    sum: "address",
    dyAdds: "flag",
    sumAdds: "flag",
  },
  ssimLoss: {
    y: "address",
    yPitch: "bytes",
    target: "address",
    targetPitch: "bytes",
    dy: "address?",
    dyPitch: "bytes",
    height: "int",
    width: "int",
    window: "address",
    side: "int",
    scale: "float",
    weight: "float",
    sum: "address",
    dyAdds: "flag",
    sumAdds: "flag",
    scratch: "address",
  },
  logitGradient: {
    dp: "address",
    p: "address",
    pitch: "bytes",
    dz: "address",
    dzPitch: "bytes",
    rows: "int",
    columns: "int",
  },
  flipImage: {
    settings: "settings",
    stream: "int",
    image: "int",
    x: "address",
    pitch: "bytes",
    height: "int",
    width: "int",
    channels: "int",
  },
  dropout: {
    settings: "settings",
    stream: "int",
    block: "int",
    threshold: "int",
    scale: "float",
    from: "address",
    fromPitch: "bytes",
    to: "address",
    toPitch: "bytes",
    rows: "int",
    columns: "int",
    words: "address",
  },
  truncate: {
    settings: "settings",
    stream: "int",
    image: "int",
    thresholds: "address?",
    from: "address",
    to: "address",
    size: "int",
  },
  pairSums: {
    a: "address",
    aPitch: "bytes",
    b: "address",
    bPitch: "bytes",
    rows: "int",
    pixels: "int",
    channels: "int",
    to: "address",
  },
  normStatistics: {
    sums: "address",
    stride: "bytes",
    groups: "int",
    channels: "int",
    count: "int",
    gamma: "address?",
    beta: "address?",
    mean: "address",
    variance: "address",
    momentum: "float",
    epsilon: "float",
    to: "address",
  },
  normInference: {
    channels: "int",
    gamma: "address?",
    beta: "address?",
    mean: "address",
    variance: "address",
    epsilon: "float",
    to: "address",
  },
  normGradient: {
    sums: "address",
    stride: "bytes",
    groups: "int",
    channels: "int",
    count: "int",
    forward: "address",
    gammaGradient: "address?",
    betaGradient: "address?",
    to: "address",
  },
  affine: {
    x: "address",
    xPitch: "bytes",
    y: "address",
    yPitch: "bytes",
    rows: "int",
    pixels: "int",
    channels: "int",
    scale: "address",
    shift: "address",
  },
  affinePair: {
    a: "address",
    aPitch: "bytes",
    b: "address",
    bPitch: "bytes",
    y: "address",
    yPitch: "bytes",
    rows: "int",
    pixels: "int",
    channels: "int",
    factors: "address",
  },
  sumSquares: {
    x: "address",
    from: "int",
    grain: "int",
    end: "int",
    sum: "address",
    gradients: "address?",
    rate: "float",
  },
  clipScale: { sums: "address", count: "int", limit: "float", settings: "settings" },
  adam: {
    weights: "address",
    gradients: "address",
    first: "address",
    second: "address",
    settings: "settings",
    from: "int",
    to: "int",
    hasFactors: "flag",
    decays: "flag",
  },
  peak: { rounds: "int", values: "address", result: "address" },
} as const satisfies Record<string, Fields>;

export type InstructionName = keyof typeof INSTRUCTIONS;
