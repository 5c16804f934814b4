import { sizeFor, sizeWords } from "../../../../config/code-size";
import controls from "../../../kit/Controls.module.css";
import { useApp, useAppState, useFormSpec } from "../../../kit/hooks";
import { SIZE_SLIDER } from "../latent/LatentControl";
import classes from "./NetEditor.module.css";

/** That the code has as many numbers as an image, and a size that would be a task. */
export function SizeAdvice() {
  const app = useApp();
  const image = useFormSpec();
  const words = useAppState(({ settings }) => sizeWords(settings.latentSize, image));
  const latentSize = sizeFor(image);
  const take = () => {
    app.change({ latentSize });
    // The button goes with the words.
    document.getElementById(SIZE_SLIDER)?.focus();
  };
  return (
    words !== null && (
      <p className={classes.advice} data-testid="size-advice">
        {words}{" "}
        <button type="button" className={controls.quiet} onClick={take}>
          Take {latentSize}
        </button>
      </p>
    )
  );
}
