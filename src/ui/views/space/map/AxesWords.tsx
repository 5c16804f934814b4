import { whole } from "../../../kit/format";
import { useItem } from "../../../kit/hooks";
import panels from "../../../kit/Panels.module.css";
import { useSpaceState } from "../space";
import { useMapState } from "./maps";

/** What this map keeps of the space, and what of it must not be read into it. */
export function AxesWords() {
  const item = useItem();
  const axes = useMapState((state) => state.axes);
  const net = useSpaceState((state) => state.net);
  const principal = useSpaceState((state) => state.axes);
  if (!net || !principal) return null;
  const { latentSize } = net.config;
  const total = principal.variances.reduce((sum, variance) => sum + variance, 0);
  const shown = (principal.variances[0] ?? 0) + (principal.variances[1] ?? 0);
  const share = `${whole((100 * shown) / total)}%`;
  const others = latentSize - 2;
  if (total === 0) {
    return (
      <p className={panels.words} data-testid="axes-words">
        This net gives every {item.one} the same code, so all of them stand in one place and come
        back as one picture. Train it again with another seed, or choose another net.
      </p>
    );
  }
  return (
    <p className={panels.words} data-testid="axes-words">
      {axes === "pca" &&
        (latentSize <= 2
          ? "The principal axes of so few numbers hold all of them: the map is the space itself, turned."
          : `The two directions in which the ${latentSize} numbers vary most, of principal component analysis. They hold ${share} of the codes’ variance: ${item.many} that lie together here may be far apart in the other ${others === 1 ? "direction" : `${others} directions`}.`)}
      {axes === "own" &&
        latentSize === 1 &&
        `This number is the whole code. Each ${item.one} stands where its number says, on a heap where many have nearly the same; up and down means nothing to the decoder.`}
      {axes === "own" &&
        latentSize > 1 &&
        (latentSize === 2
          ? "These numbers are the whole code: nothing of the space is hidden, and every place is a code of its own."
          : `The first two numbers of the code as they are. This net is trained to decode ${item.many} from any number of first numbers, from these two alone too: a picture of what two numbers can hold.`)}
      {axes === "umap" &&
        `UMAP puts ${item.many} side by side whose codes are neighbours in all dimensions. Who is next to whom means much; how far apart groups are, and how large, means little. There is no exact way back: a place is drawn from a mixture of the codes of its eight nearest ${item.many}, weighted by the inverse square of their distance.`}
    </p>
  );
}
