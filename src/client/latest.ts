/**
 * Questions of a slider: one is under way, the newest waits for it, and those between are dropped.
 *
 * That answers as often as the worker can, with a delay of two answers at most.
 * @returns a function that resolves null for a question that was dropped
 */
export function createLatest(): <T>(ask: () => Promise<T>) => Promise<T | null> {
  let isBusy = false;
  let next: { readonly run: () => void; readonly drop: () => void } | null = null;

  const done = (): void => {
    isBusy = false;
    const waiting = next;
    next = null;
    waiting?.run();
  };

  return (ask) =>
    new Promise((resolve, reject) => {
      const run = () => {
        isBusy = true;
        ask().then(
          (answer) => {
            done();
            resolve(answer);
          },
          (error) => {
            done();
            reject(error);
          },
        );
      };
      next?.drop();
      next = null;
      if (isBusy) next = { run, drop: () => resolve(null) };
      else run();
    });
}
