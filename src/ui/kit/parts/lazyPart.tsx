import { type ComponentType, use } from "react";
import { loadPart } from "../../../client/parts";

/** What a part that could not be had throws: `forget` has the next rendering ask for it anew. */
export class LazyPartError extends Error {
  override readonly name = "LazyPartError";
  override readonly cause: unknown;
  readonly forget: () => void;

  constructor(cause: unknown, forget: () => void) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.cause = cause;
    this.forget = forget;
  }
}

/**
 * A component that is fetched when it is first shown, within a `Part`.
 *
 * React's own `lazy` keeps a failure for good.
 * @param path of its module, from src, without its ending: "ui/views/space/SpaceView"
 */
export function lazyPart<Props extends object>(
  path: string,
  load: () => Promise<{ readonly default: ComponentType<Props> }>,
): ComponentType<Props> {
  let wanted: Promise<ComponentType<Props>> | null = null;
  const ask = (): Promise<ComponentType<Props>> => {
    const asked = loadPart(path, load).then(
      (module) => module.default,
      (error) => {
        throw new LazyPartError(error, () => {
          if (wanted === asked) wanted = null;
        });
      },
    );
    return asked;
  };
  return function LazyPart(props: Props) {
    wanted ??= ask();
    const Loaded = use(wanted);
    return <Loaded {...props} />;
  };
}
