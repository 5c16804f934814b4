/** Numbers of the instructions; AssemblyScript and TypeScript both read this file. */
export const GEMM = 0;
export const LOAD_BYTES = 1;
export const COPY_ROWS = 2;
export const FILL_ZERO = 3;
export const TRANSPOSE = 4;
export const SUM_SLABS = 5;
export const COLUMN_SUMS = 6;
export const ACTIVATE = 7;
export const ACTIVATION_GRADIENT = 8;
export const MAX_POOL = 9;
export const MAX_POOL_GRADIENT = 10;
export const UPSAMPLE = 11;
export const UPSAMPLE_GRADIENT = 12;
export const BCE_LOSS = 13;
export const MSE_LOSS = 14;
export const ADAM = 15;
export const CONV_TO_ONE = 16;
export const PEAK = 17;
export const ADD_ROWS = 18;
export const COPY_PIXELS = 19;
export const FLIP_IMAGE = 20;
export const DROPOUT = 21;
export const TRUNCATE = 22;
export const DEPTH_TO_SPACE = 23;
export const SUM_SQUARES = 24;
export const CLIP_SCALE = 25;
export const SCALE_ROWS = 26;
export const MAE_LOSS = 40;
export const SSIM_LOSS = 41;
export const LOGIT_GRADIENT = 42;
export const PAIR_SUMS = 50;
export const NORM_STATISTICS = 51;
export const NORM_INFERENCE = 52;
export const NORM_GRADIENT = 53;
export const AFFINE = 54;
export const AFFINE_PAIR = 55;

/** What an argument of an instruction is counted in: value = base + stride × variable. */
export const BY_NOTHING = 0;
/** Place in the batch, from 0. */
export const BY_IMAGE = 1;
/** Group of images, whose weight gradients are summed apart. */
export const BY_GROUP = 2;
export const BY_THREAD = 3;
/** Place in the resident data set. */
export const BY_SAMPLE = 4;
/** Ends of the range that a chunk of work covers. */
export const BY_FROM = 5;
export const BY_TO = 6;
/** Variables that an instruction may count in, `BY_NOTHING` among them. */
export const VARIABLES = 7;

/** Words (of 4 bytes) of the block by which threads agree. */
export const CONTROL_COMMAND = 0;
export const CONTROL_PROGRAM = 1;
export const CONTROL_THREADS = 2;
export const CONTROL_ARRIVED = 3;
export const CONTROL_GENERATION = 4;
export const CONTROL_NEXT_CHUNK = 5;
export const CONTROL_READY = 6;
/** Address of the batch's sample numbers. */
export const CONTROL_SAMPLES = 7;
export const CONTROL_WORDS = 16;

/** Bytes of each thread's block of variables and arguments. */
export const THREAD_BLOCK_BYTES = 256;

/** Activation functions. */
export const SIGMOID = 1;
export const RELU = 2;
export const LEAKY_RELU = 3;
export const ELU = 4;
/** Its gradient is taken from its input, those of the others from their output. */
export const SWISH = 5;
export const CLAMP = 6;

/** Words of the settings that change from step to step; floats but for the last three. */
export const SETTINGS_RATE = 0;
export const SETTINGS_FIRST = 1;
export const SETTINGS_SECOND = 2;
export const SETTINGS_EPSILON = 3;
/** What decaying weights are multiplied by. */
export const SETTINGS_DECAY = 4;
/** What gradients are multiplied by; CLIP_SCALE changes it. */
export const SETTINGS_CLIP = 5;
export const SETTINGS_SEED = 6;
export const SETTINGS_STEP = 7;
/** Numbers that nested dropout keeps in inference. */
export const SETTINGS_KEPT = 8;
export const SETTINGS_WORDS = 9;
