/** PCA beside the net: fitted once for a training split, then asked for one latent size or another. */

import { isEnough, type Pca } from "../math/pca";
import type { QualityFigures } from "../metrics/metrics";
import type { ImageStrip } from "../protocol/messages";

export interface PcaFigures {
  readonly latentSize: number;
  readonly validation: QualityFigures;
  readonly test: QualityFigures;
  /** Of the preview images. */
  readonly reconstructions: ImageStrip;
  readonly ssim: readonly number[];
  readonly ssimWriteup: readonly number[];
}

/** Computes figures, elsewhere: the fit takes seconds. */
export interface PcaSource {
  /** The fit itself, with as many components as codes of that size need. */
  pca(latentSize: number): Promise<Pca>;
  figures(latentSize: number): Promise<PcaFigures>;
  dispose(): void;
}

/**
 * Keeps what has been computed, and works through requests of a slider: the newest wins.
 *
 * The source is made with the first request, and ended once the reference is retired and no run
 * holds it any more.
 */
export class Reference {
  readonly #createSource: () => PcaSource;
  readonly #known = new Map<number, Promise<PcaFigures>>();
  #source: PcaSource | null = null;
  #pca: Promise<Pca> | null = null;
  #wanted: number | null = null;
  #busy = false;
  #holders = 0;
  #retired = false;

  constructor(createSource: () => PcaSource) {
    this.#createSource = createSource;
  }

  /**
   * The fit, for nets of that latent size that start from it.
   *
   * @throws what the source throws; the next request then tries again
   */
  async pca(latentSize: number): Promise<Pca> {
    const asked = this.#pca;
    if (!asked) return this.#fit(latentSize);
    const known = await asked;
    if (isEnough(known, latentSize)) return known;
    // Whoever waited beside this one has asked for more.
    return this.#pca && this.#pca !== asked ? this.pca(latentSize) : this.#fit(latentSize);
  }

  #fit(latentSize: number): Promise<Pca> {
    this.#source ??= this.#createSource();
    const pca = this.#source.pca(latentSize);
    this.#pca = pca;
    pca.catch(() => {
      if (this.#pca === pca) this.#pca = null;
    });
    return pca;
  }

  /** @throws what the source throws; the next request then tries again */
  figures(latentSize: number): Promise<PcaFigures> {
    const known = this.#known.get(latentSize);
    if (known) return known;
    this.#source ??= this.#createSource();
    const figures = this.#source.figures(latentSize);
    this.#known.set(latentSize, figures);
    figures.catch(() => this.#known.delete(latentSize));
    return figures;
  }

  /**
   * Hands on the figures for this latent size, unless a newer request overtakes it.
   *
   * @throws what the source throws
   */
  async show(latentSize: number, hand: (figures: PcaFigures) => void): Promise<void> {
    this.#wanted = latentSize;
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#wanted !== null) {
        const asked: number = this.#wanted;
        const figures = await this.figures(asked);
        if (this.#wanted !== asked) continue;
        this.#wanted = null;
        hand(figures);
      }
    } finally {
      this.#wanted = null;
      this.#busy = false;
    }
  }

  /** Keeps the source alive until the function returned is called. */
  hold(): () => void {
    this.#holders += 1;
    return () => {
      this.#holders -= 1;
      this.#endIfUnused();
    };
  }

  /** Other images have taken its place. */
  retire(): void {
    this.#retired = true;
    this.#endIfUnused();
  }

  #endIfUnused(): void {
    if (!this.#retired || this.#holders > 0) return;
    this.#source?.dispose();
    this.#source = null;
  }
}
