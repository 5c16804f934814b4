/** Which kernel carries out which instruction. */

import { activate, activationGradient } from "./activation";
import { adam } from "./adam";
import {
  columnSums,
  copyRows,
  fillZero,
  loadBytes,
  sumSlabs,
  transpose,
  upsample,
  upsampleGradient,
} from "./copy";
import { dropout, flipImage, truncate } from "./dropout";
import { gemm } from "./gemm";
import { addRows, copyPixels, scaleRows } from "./join";
import { bceLoss, logitGradient, maeLoss, mseLoss } from "./loss";
import { convToOne } from "./narrow";
import { affine, affinePair, normGradient, normInference, normStatistics, pairSums } from "./norm";
import {
  ACTIVATE,
  ACTIVATION_GRADIENT,
  ADAM,
  ADD_ROWS,
  AFFINE,
  AFFINE_PAIR,
  BCE_LOSS,
  CLIP_SCALE,
  COLUMN_SUMS,
  CONV_TO_ONE,
  COPY_PIXELS,
  COPY_ROWS,
  DEPTH_TO_SPACE,
  DROPOUT,
  FILL_ZERO,
  FLIP_IMAGE,
  GEMM,
  LOAD_BYTES,
  LOGIT_GRADIENT,
  MAE_LOSS,
  MAX_POOL,
  MAX_POOL_GRADIENT,
  MSE_LOSS,
  NORM_GRADIENT,
  NORM_INFERENCE,
  NORM_STATISTICS,
  PAIR_SUMS,
  PEAK,
  SCALE_ROWS,
  SSIM_LOSS,
  SUM_SLABS,
  SUM_SQUARES,
  TRANSPOSE,
  TRUNCATE,
  UPSAMPLE,
  UPSAMPLE_GRADIENT,
} from "./opcodes";
import { peak } from "./peak";
import { maxPool, maxPoolGradient } from "./pool";
import { depthToSpace } from "./shuffle";
import { clipScale, sumSquares } from "./squares";
import { ssimLoss } from "./ssim";

/** Runs the instruction of that number on the arguments at `args`. */
export function execute(opcode: i32, args: usize): void {
  switch (opcode) {
    case GEMM:
      gemm(args);
      break;
    case LOAD_BYTES:
      loadBytes(args);
      break;
    case COPY_ROWS:
      copyRows(args);
      break;
    case FILL_ZERO:
      fillZero(args);
      break;
    case TRANSPOSE:
      transpose(args);
      break;
    case SUM_SLABS:
      sumSlabs(args);
      break;
    case COLUMN_SUMS:
      columnSums(args);
      break;
    case ACTIVATE:
      activate(args);
      break;
    case ACTIVATION_GRADIENT:
      activationGradient(args);
      break;
    case MAX_POOL:
      maxPool(args);
      break;
    case MAX_POOL_GRADIENT:
      maxPoolGradient(args);
      break;
    case UPSAMPLE:
      upsample(args);
      break;
    case UPSAMPLE_GRADIENT:
      upsampleGradient(args);
      break;
    case BCE_LOSS:
      bceLoss(args);
      break;
    case MSE_LOSS:
      mseLoss(args);
      break;
    case MAE_LOSS:
      maeLoss(args);
      break;
    case SSIM_LOSS:
      ssimLoss(args);
      break;
    case LOGIT_GRADIENT:
      logitGradient(args);
      break;
    case ADAM:
      adam(args);
      break;
    case CONV_TO_ONE:
      convToOne(args);
      break;
    case ADD_ROWS:
      addRows(args);
      break;
    case SCALE_ROWS:
      scaleRows(args);
      break;
    case COPY_PIXELS:
      copyPixels(args);
      break;
    case PAIR_SUMS:
      pairSums(args);
      break;
    case NORM_STATISTICS:
      normStatistics(args);
      break;
    case NORM_INFERENCE:
      normInference(args);
      break;
    case NORM_GRADIENT:
      normGradient(args);
      break;
    case AFFINE:
      affine(args);
      break;
    case AFFINE_PAIR:
      affinePair(args);
      break;
    case FLIP_IMAGE:
      flipImage(args);
      break;
    case DROPOUT:
      dropout(args);
      break;
    case TRUNCATE:
      truncate(args);
      break;
    case DEPTH_TO_SPACE:
      depthToSpace(args);
      break;
    case SUM_SQUARES:
      sumSquares(args);
      break;
    case CLIP_SCALE:
      clipScale(args);
      break;
    case PEAK:
      peak(args);
      break;
    default:
      unreachable();
  }
}
