import { type KeyboardEvent, type MouseEvent, useEffect, useId, useRef, useState } from "react";
import type { OwnData } from "../../../../datasets/own-data";
import type { ClassImages } from "../../../../protocol/own-data";
import { imageAt } from "../../../../state/images";
import controls from "../../../kit/Controls.module.css";
import { whole } from "../../../kit/format";
import { useApp, useSize } from "../../../kit/hooks";
import { BackIcon, ForwardIcon } from "../../../kit/icons";
import { fittingScale, imageRaster } from "../../../pictures/draw";
import { placeAfter } from "../../../pictures/layout";
import { PixelCanvas } from "../../../pictures/PixelCanvas";
import { tooFew } from "./groups";
import classes from "./SetEditor.module.css";

interface Props {
  readonly set: OwnData;
  /** Numbers of the images in the set's order. */
  readonly marked: ReadonlySet<number>;
  /** Why nothing can be deleted now; null where it can. */
  readonly obstacle: string | null;
  readonly isBusy: boolean;
  readonly onMark: (marked: ReadonlySet<number>) => void;
  readonly onDelete: () => void;
}

/** Pictures on a page. */
const PAGE = 60;
/** CSS pixels for an image's longer side: all that may come, at whole multiples. */
const ROOM = 64;
/** CSS pixels around it: a finger finds one of 8 × 8, and sees that it is marked. */
const FRAME = 8;

/** A class's pictures in pages: wrong ones are marked and deleted. */
export function PictureGrid({ set, marked, obstacle, isBusy, onMark, onDelete }: Props) {
  const { counts, spec } = set;
  const [classId, setClass] = useState(0);
  const [page, setPage] = useState(0);
  const all = counts[classId] ?? 0;
  const pages = Math.max(1, Math.ceil(all / PAGE));
  const left = counts.reduce((sum, count) => sum + count, 0) - marked.size;
  const why = tooFew(left) ?? obstacle;
  const show = (wantedClass: number, wantedPage: number) => {
    setClass(wantedClass);
    setPage(wantedPage);
  };
  return (
    <section className={classes.pictures} aria-labelledby="set-pictures">
      <header>
        <h3 id="set-pictures">Pictures</h3>
        {spec.classNames.length > 1 && (
          <select
            className={controls.select}
            aria-label="Pictures of the class"
            value={classId}
            onChange={(event) => show(Number(event.currentTarget.value), 0)}
          >
            {spec.classNames.map((name, id) => (
              <option key={name} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
        <span className={classes.pages}>
          <button
            type="button"
            className={classes.step}
            aria-label="Previous page"
            disabled={page === 0}
            onClick={() => setPage(page - 1)}
          >
            <BackIcon size={16} />
          </button>
          <span data-figures data-testid="page-of">
            {whole(page * PAGE + 1)}–{whole(Math.min(all, (page + 1) * PAGE))} of {whole(all)}
          </span>
          <button
            type="button"
            className={classes.step}
            aria-label="Next page"
            disabled={page >= pages - 1}
            onClick={() => setPage(page + 1)}
          >
            <ForwardIcon size={16} />
          </button>
        </span>
      </header>
      <Sheet
        set={set}
        classId={classId}
        page={page}
        pages={pages}
        marked={marked}
        onMark={onMark}
        onPage={setPage}
      />
      <div className={classes.buttons}>
        <p className={classes.note} role="status">
          {marked.size === 0
            ? "Mark what does not belong here: click or tap it, or use arrow keys and Space."
            : (why ?? "The pictures are gone from the set once it is changed.")}
        </p>
        {marked.size > 0 && (
          <button type="button" className={controls.quiet} onClick={() => onMark(new Set())}>
            Unmark
          </button>
        )}
        <button
          type="button"
          className={controls.go}
          disabled={marked.size === 0 || why !== null || isBusy}
          onClick={onDelete}
        >
          Delete {marked.size === 1 ? "1 picture" : `${whole(marked.size)} pictures`}
        </button>
      </div>
    </section>
  );
}

interface SheetProps extends Pick<Props, "set" | "marked" | "onMark"> {
  readonly classId: number;
  readonly page: number;
  readonly pages: number;
  readonly onPage: (page: number) => void;
}

/** One page of pictures. */
function Sheet({ set, classId, page, pages, marked, onMark, onPage }: SheetProps) {
  const { spec, counts } = set;
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const option = useId();
  const [active, setActive] = useState(0);
  const shown = useImages(spec.id, classId, page);
  const first = counts.slice(0, classId).reduce((sum, count) => sum + count, 0) + page * PAGE;
  const count = Math.min(PAGE, Math.max(0, (counts[classId] ?? 0) - page * PAGE));
  const scale = fittingScale(spec, ROOM);
  const [cellWidth, cellHeight] = [spec.width * scale + FRAME, spec.height * scale + FRAME];
  const columns = Math.max(1, Math.floor(width / cellWidth));
  const at = Math.min(active, count - 1);

  const mark = (from: number, to: number) => {
    const next = new Set(marked);
    const isMarked = !marked.has(first + to);
    for (let place = Math.min(from, to); place <= Math.max(from, to); place++) {
      if (isMarked) next.add(first + place);
      else next.delete(first + place);
    }
    onMark(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (count === 0) return;
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      mark(at, at);
      return;
    }
    const turn = { PageUp: -1, PageDown: 1 }[event.key];
    if (turn !== undefined) {
      event.preventDefault();
      onPage(Math.min(pages - 1, Math.max(0, page + turn)));
      return;
    }
    const next = placeAfter(event.key, at, count, columns, 1);
    if (next === null) return;
    event.preventDefault();
    setActive(next);
    if (event.shiftKey) mark(next, next);
  };
  const onClick = (event: MouseEvent) => {
    const cell = event.target instanceof Element && event.target.closest("[data-place]");
    if (!cell) return;
    const place = Number(cell.getAttribute("data-place"));
    mark(event.shiftKey ? at : place, place);
    setActive(place);
  };

  return (
    // The keyboard's way to mark is Space, above.
    <div
      ref={frame}
      className={classes.sheet}
      role="listbox"
      aria-multiselectable="true"
      aria-label={`Pictures of ${spec.classNames[classId]}; Space marks one`}
      aria-activedescendant={count > 0 ? `${option}-${at}` : undefined}
      aria-busy={shown === null}
      tabIndex={0}
      style={{ gridTemplateColumns: `repeat(auto-fill, ${cellWidth}px)` }}
      data-testid="pictures"
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      {Array.from({ length: count }, (_, place) => {
        const pixels = imageAt(shown, place);
        return (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: a place of the page has whatever picture is there
            key={place}
            id={`${option}-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={marked.has(first + place)}
            aria-label={`Picture ${page * PAGE + place + 1}`}
            className={classes.cell}
            data-place={place}
            data-active={place === at || undefined}
            style={{ width: cellWidth, height: cellHeight }}
          >
            {pixels && <PixelCanvas raster={imageRaster(pixels, spec)} scale={scale} />}
          </div>
        );
      })}
    </div>
  );
}

/** A page of a class's images; null until they are there. */
function useImages(id: string, classId: number, page: number): ClassImages | null {
  const { ownData } = useApp();
  const key = `${id} ${classId} ${page}`;
  const [found, setFound] = useState<{ key: string; images: ClassImages | null } | null>(null);
  useEffect(() => {
    let isWanted = true;
    void ownData.images(id, classId, page * PAGE, PAGE).then((images) => {
      if (isWanted) setFound({ key, images });
    });
    return () => {
      isWanted = false;
    };
  }, [ownData, id, classId, page, key]);
  return found?.key === key ? found.images : null;
}
