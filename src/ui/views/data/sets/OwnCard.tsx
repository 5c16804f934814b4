import { useEffect, useState } from "react";
import type { OwnData } from "../../../../datasets/own-data";
import type { ImageStrip } from "../../../../protocol/messages";
import { imageAt } from "../../../../state/images";
import { allClasses } from "../../../kit/dataSets";
import { bytes, images, shapeWords, when } from "../../../kit/format";
import { useApp, useAppState } from "../../../kit/hooks";
import { NameField } from "../../../kit/NameField";
import { fittingScale, imageRaster } from "../../../pictures/draw";
import { PixelCanvas } from "../../../pictures/PixelCanvas";
import classes from "./DataSets.module.css";

interface Props {
  readonly set: OwnData;
  readonly isEdited: boolean;
  readonly onEdit: () => void;
}

/** A data set of one's own: what it is, and what can be done with it. */
export function OwnCard({ set, isEdited, onEdit }: Props) {
  const app = useApp();
  const { spec, counts, keptAt, from } = set;
  const { id, title, classNames } = spec;
  const isUsed = useAppState(({ settings }) => settings.data === id);
  const all = counts.reduce((sum, count) => sum + count, 0);
  return (
    <article
      className={classes.card}
      aria-label={title}
      data-used={isUsed || undefined}
      data-testid="own-set"
      data-set={id}
    >
      <h3>
        <NameField
          name={title}
          className={classes.title}
          onRename={(typed) => {
            if (typed !== "") void app.ownData.change(id, { kind: "title", title: typed });
          }}
        />
      </h3>
      <Thumbnails set={set} />
      <p className={classes.facts}>
        {images(all)} of {shapeWords(spec)}
        {classNames.length > 1 && `, ${classNames.length} classes`}
        <small>
          {bytes(set.bytes)} ·{" "}
          <time dateTime={new Date(keptAt).toISOString()}>{when(keptAt, Date.now())}</time> · from{" "}
          <span title={from}>{from}</span>
        </small>
      </p>
      <div className={classes.actions}>
        <button
          type="button"
          className={classes.use}
          aria-pressed={isUsed}
          onClick={() => app.change(allClasses(spec))}
        >
          {isUsed ? "In use" : "Use"}
          <span className={classes.hidden}> {title}</span>
        </button>
        <button type="button" className={classes.other} aria-expanded={isEdited} onClick={onEdit}>
          Edit<span className={classes.hidden}> {title}</span>
        </button>
        <button type="button" className={classes.other} onClick={() => void app.ownData.remove(id)}>
          Delete<span className={classes.hidden}> {title}</span>
        </button>
      </div>
    </article>
  );
}

/** CSS pixels for an image's longer side. */
const ROOM = 32;
/** As many as stand side by side on the narrowest card. */
const SHOWN = 6;

/** One image of each of the first classes, or the first of a class alone. */
function Thumbnails({ set: { spec } }: { readonly set: OwnData }) {
  const { ownData } = useApp();
  const { id } = spec;
  const classesShown = Math.min(SHOWN, spec.classNames.length);
  const [strips, setStrips] = useState<readonly (ImageStrip | null)[]>([]);
  useEffect(() => {
    let isWanted = true;
    const each = classesShown === 1 ? SHOWN : 1;
    const asked = Array.from({ length: classesShown }, (_, classId) =>
      ownData.images(id, classId, 0, each),
    );
    void Promise.all(asked).then((found) => {
      if (isWanted) setStrips(found);
    });
    return () => {
      isWanted = false;
    };
  }, [ownData, id, classesShown]);
  const scale = fittingScale(spec, ROOM);
  const pictures = strips.flatMap((strip, place) =>
    Array.from({ length: strip?.count ?? 0 }, (_, i) => ({
      id: `${place}-${i}`,
      pixels: imageAt(strip, i),
    })),
  );
  return (
    <div className={classes.thumbnails} aria-hidden="true">
      {pictures.map(
        (picture) =>
          picture.pixels && (
            <PixelCanvas
              key={picture.id}
              raster={imageRaster(picture.pixels, spec)}
              scale={scale}
            />
          ),
      )}
    </div>
  );
}
