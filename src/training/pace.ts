/** How fast training goes, and how long it will go on. */

/** Steps that the speed is averaged over: long enough to be calm, short enough to follow. */
const WINDOW = 20;
/** The first step compiles kernels and warms caches, so one alone says little. */
const ENOUGH_STEPS = 3;
/** What is this much slower than others of its kind did not compute all the time … */
const TIMES_SLOWER = 10;
/** … if it also took so many seconds: what is short waits for a busy machine now and then. */
const SLEPT_SECONDS = 5;

export class Pace {
  readonly #recent: { images: number; seconds: number }[] = [];
  #images: number;
  #seconds: number;
  #evaluations = 0;
  #evaluationSeconds = 0;

  /** @param before what an earlier part of the same run took */
  constructor(before = { images: 0, seconds: 0 }) {
    this.#images = before.images;
    this.#seconds = before.seconds;
  }

  /** All training so far, evaluation left out. */
  get total(): { readonly images: number; readonly seconds: number } {
    return { images: this.#images, seconds: this.#seconds };
  }

  /**
   * Counts a step, or several taken in one call, unless the machine must have slept during it: a
   * laptop that was closed wakes up with a step of hours, which says nothing of its speed. False
   * where it was left out.
   */
  addStep(images: number, seconds: number): boolean {
    const slowest = Math.max(...this.#recent.map((step) => step.seconds / step.images));
    const slept =
      this.#recent.length >= ENOUGH_STEPS &&
      seconds > SLEPT_SECONDS &&
      seconds / images > TIMES_SLOWER * slowest;
    if (slept) return false;
    this.#images += images;
    this.#seconds += seconds;
    this.#recent.push({ images, seconds });
    if (this.#recent.length > WINDOW) this.#recent.shift();
    return true;
  }

  /** Counts an evaluation after an epoch, unless the machine must have slept during it: then false. */
  addEvaluation(seconds: number): boolean {
    // Not a number before the first, which is counted whatever it takes.
    const usual = this.#evaluationSeconds / this.#evaluations;
    if (seconds > SLEPT_SECONDS && seconds > TIMES_SLOWER * usual) return false;
    this.#evaluations += 1;
    this.#evaluationSeconds += seconds;
    return true;
  }

  /** Training images a second over the last steps; 0 before the first. */
  get recentRate(): number {
    return rate(this.#recent);
  }

  /** Training images a second over the whole run, evaluation left out; 0 before the first step. */
  get overallRate(): number {
    return rate([this.total]);
  }

  /** Null until a few steps are measured; evaluations count once one has been measured. */
  secondsLeft(imagesLeft: number, evaluationsLeft: number): number | null {
    if (this.#recent.length < ENOUGH_STEPS || this.recentRate === 0) return null;
    const evaluation = this.#evaluations === 0 ? 0 : this.#evaluationSeconds / this.#evaluations;
    return imagesLeft / this.recentRate + evaluationsLeft * evaluation;
  }
}

function rate(measured: readonly { images: number; seconds: number }[]): number {
  let images = 0;
  let seconds = 0;
  for (const one of measured) {
    images += one.images;
    seconds += one.seconds;
  }
  return seconds > 0 ? images / seconds : 0;
}
