import type { Reconstructions } from "../../protocol/inference";
import { compare, MEASURES } from "../kit/verdict";
import classes from "./FigureTable.module.css";

interface Props {
  readonly net: Reconstructions | null;
  readonly pca: Reconstructions;
  /** Row of the image among the reconstructions. */
  readonly image: number;
}

/** All figures of one image, of net and PCA beside each other; the better is bold. */
export function FigureTable({ net, pca, image }: Props) {
  return (
    <table className={classes.table} data-testid="figures">
      <thead>
        <tr>
          <td />
          {net && (
            <th scope="col" data-tone="net">
              This net
            </th>
          )}
          <th scope="col" data-tone="pca">
            PCA
          </th>
        </tr>
      </thead>
      <tbody>
        {MEASURES.map((measure) => {
          const { key, name, unit, show } = measure;
          const ofNet = net?.figures[key][image];
          const ofPca = pca.figures[key][image]!;
          const better = ofNet === undefined ? null : compare(measure, ofNet, ofPca).better;
          return (
            <tr key={key}>
              <th scope="row">
                {name} <small>{unit}</small>
              </th>
              {ofNet !== undefined && (
                <td data-best={better === "net" || undefined}>{show(ofNet)}</td>
              )}
              <td data-best={better === "pca" || undefined}>{show(ofPca)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
