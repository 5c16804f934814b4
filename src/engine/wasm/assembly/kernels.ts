/** The files whose kernels are instructions. */

export * from "./activation";
export * from "./average-pool";
export * from "./conv-to-one";
export * from "./copy";
export * from "./depth-to-space";
export * from "./depthwise";
export * from "./doubled";
export * from "./dropout";
export * from "./gemm";
export * from "./join";
export * from "./layer-norm";
export * from "./loss";
export * from "./noise";
export * from "./norm";
export * from "./optimizer";
export * from "./peak";
export * from "./permute";
export * from "./pool";
export * from "./prelu";
export * from "./products";
export * from "./softmax";
export * from "./squares";
export * from "./ssim";
export * from "./upsample";
export * from "./winograd";
