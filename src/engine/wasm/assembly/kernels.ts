/** The files whose kernels are instructions. */

export * from "./activation";
export * from "./adam";
export * from "./average-pool";
export * from "./conv-to-one";
export * from "./copy";
export * from "./depth-to-space";
export * from "./dropout";
export * from "./gemm";
export * from "./join";
export * from "./loss";
export * from "./norm";
export * from "./peak";
export * from "./pool";
export * from "./squares";
export * from "./ssim";
