import { useMediaQuery } from "@mantine/hooks";
import { type ReactNode, useMemo, useState } from "react";
import type { LayerSpec } from "../../../../nets/spec";
import type { LayerInside, LayerNumbers } from "../../../../protocol/messages";
import { NumberField } from "../../../kit/NumberField";
import { mostOf } from "./colours";
import { Equation, placeWords } from "./Equation";
import classes from "./Inside.module.css";
import { KernelRows } from "./KernelRows";
import { Sheet } from "./Sheet";
import { type Seen, seenOf } from "./seen";
import { at, offsetOf, type Place, type Term, vectorWidth, workOf } from "./work";

interface Props {
  readonly spec: LayerSpec;
  readonly inside: LayerInside;
  /** What each of its inputs is: "Max pool"; null for the image. */
  readonly sources: readonly (string | null)[];
  /** Shape of the maps that a dense layer's input was before it was flattened; null for none. */
  readonly maps: readonly number[] | null;
  /** Map, or number of a vector, that it is opened at. */
  readonly map: number;
  /** What is said of each of its numbers beside, by its place among them. */
  readonly about: ((number: number) => ReactNode) | null;
}

/** CSS pixels of a picture of a map: on a phone two stand side by side. */
const ROOM = { wide: 168, narrow: 140 };
/** More inputs than these are not drawn. */
const MOST_INPUTS = 4;

/** How a layer makes its numbers: one is chosen in the picture of a map, and taken apart. */
export function LayerWork({ spec, inside, sources, maps, map, about }: Props) {
  const { inputs, output } = inside;
  const isNarrow = useMediaQuery("(max-width: 620px)", false, { getInitialValueInEffect: false });
  const room = isNarrow ? ROOM.narrow : ROOM.wide;
  const isVector = output.shape.length === 1;
  const count = output.shape.at(-1) ?? 1;
  const [place, setPlace] = useState<Place>(() => strongest(output, Math.min(map, count - 1)));
  const [chosen, choose] = useState<number | null>(null);
  const work = workOf(spec, inside, place, maps);
  const terms = work.kind === "sum" ? work.terms : [];
  const term = terms.find((each) => each.map === chosen) ?? largest(terms);
  const own = place.at(-1) ?? 0;
  const turnTo = (to: number) => setPlace([...place.slice(0, -1), to]);
  const turn = (by: 1 | -1) => turnTo(Math.min(count - 1, Math.max(0, own + by)));
  const sheet = sheetOf(output, own);
  const outMost = useMemo(() => mostOf(output.values), [output]);
  const seen = seenOf(spec, inside, work, place);
  const isPixels = sources[0] === null;

  return (
    <div className={classes.work} data-testid="inside-work">
      <div className={classes.inputs}>
        {inputs.slice(0, MOST_INPUTS).map((input, i) => {
          const isTaken = work.kind !== "same" || work.input === i;
          const shown = shownMap(work, term, place);
          const ofVector = maps && spec.kind === "dense";
          const drawn = ofVector ? mapSheet(input.values, maps, shown) : sheetOf(input, shown);
          const from = sources[i];
          const words = from === null ? "The image" : `From ${from}`;
          return (
            <figure key={from ?? "image"} className={classes.picture}>
              <Sheet
                values={drawn.values}
                width={drawn.width}
                tone={from === null ? "pixels" : "numbers"}
                most={mostOf(input.values)}
                room={room}
                framed={isTaken ? seen : null}
                label={`${words}${drawn.of > 1 ? `, map ${shown + 1} of ${drawn.of}` : ""}`}
              />
              <figcaption>
                {words}
                {drawn.of > 1 && (
                  <>
                    <br />
                    map {shown + 1} of {drawn.of}
                  </>
                )}
              </figcaption>
            </figure>
          );
        })}
      </div>
      <div className={classes.how}>
        {terms.length > 1 && term && <Terms terms={terms} term={term} onChoose={choose} />}
        <Equation work={work} term={term} isImage={isPixels} made={at(output, place)} />
      </div>
      <figure className={classes.picture} data-output="">
        <Sheet
          values={sheet.values}
          width={sheet.width}
          tone="numbers"
          most={outMost}
          room={room}
          framed={frameOf(place, sheet.width)}
          label={`What it makes, ${placeWords(place)}: arrow keys choose another${isVector ? "" : ", Page Up and Page Down another map"}`}
          onPick={(cell) => {
            const { width } = sheet;
            setPlace(isVector ? [cell] : [Math.floor(cell / width), cell % width, own]);
          }}
          {...(isVector ? {} : { onTurn: turn })}
        />
        <figcaption>{isVector ? placeWords(place) : `Makes map ${own + 1} of ${count}`}</figcaption>
        {count > 1 && (
          <NumberField
            label={isVector ? "Number" : "Map"}
            rule={{ min: 1, max: count, whole: true }}
            value={own + 1}
            onCommit={(value) => turnTo(value - 1)}
          />
        )}
      </figure>
      <KernelRows
        spec={spec}
        inside={inside}
        input={term?.map ?? 0}
        maps={maps}
        filter={own}
        onFilter={turnTo}
      />
      {about?.(offsetOf(output, place))}
    </div>
  );
}

interface TermsProps {
  readonly terms: readonly Term[];
  readonly term: Term;
  readonly onChoose: (map: number) => void;
}

/** Sums in a row of the picture of all of them. */
const PER_ROW = 32;

/** What each map of the input adds: one is chosen to be shown. */
function Terms({ terms, term, onChoose }: TermsProps) {
  const values = Float32Array.from(terms, ({ sum }) => sum);
  const width = Math.min(PER_ROW, terms.length);
  return (
    <figure className={classes.terms}>
      <Sheet
        values={values}
        width={width}
        tone="numbers"
        most={mostOf(values)}
        room={10 * Math.max(width, Math.ceil(values.length / width))}
        framed={frameOf([terms.indexOf(term)], width)}
        label={`What each of the ${terms.length} maps adds, now map ${term.map + 1}: arrow keys choose another`}
        onPick={(cell) => {
          const picked = terms[cell];
          if (picked) onChoose(picked.map);
        }}
      />
      <figcaption>
        What each of {terms.length} maps adds: here map {term.map + 1}
      </figcaption>
    </figure>
  );
}

const largest = (terms: readonly Term[]): Term | null =>
  terms.reduce<Term | null>(
    (most, term) => (most && Math.abs(most.sum) >= Math.abs(term.sum) ? most : term),
    null,
  );

/** The place in a map whose number is the furthest from 0. */
function strongest(numbers: LayerNumbers, map: number): Place {
  if (numbers.shape.length === 1) return [map];
  const { values, width } = sheetOf(numbers, map);
  const most = mostOf(values);
  const cell = Math.max(
    0,
    values.findIndex((x) => Math.abs(x) === most),
  );
  return [Math.floor(cell / width), cell % width, map];
}

interface Drawn {
  readonly values: Float32Array;
  readonly width: number;
  /** Maps that there are. */
  readonly of: number;
}

/** One map, or a vector in rows. */
function sheetOf({ shape, values }: LayerNumbers, map: number): Drawn {
  if (shape.length !== 3) return { values, width: vectorWidth(values.length), of: 1 };
  return mapSheet(values, shape, Math.min(map, (shape[2] ?? 1) - 1));
}

function mapSheet(values: Float32Array, shape: readonly number[], map: number): Drawn {
  const [height = 1, width = 1, of = 1] = shape;
  const own = Float32Array.from({ length: height * width }, (_, i) => values[i * of + map]!);
  return { values: own, width, of };
}

/** Which map of its input is drawn. */
function shownMap(work: ReturnType<typeof workOf>, term: Term | null, place: Place): number {
  if (term) return term.map;
  if (work.kind === "window") return work.map;
  if (work.kind === "same" && work.from?.length === 3) return work.from[2]!;
  return place.length === 3 ? place[2]! : 0;
}

function frameOf(place: Place, width: number): Seen {
  const [first = 0, column = 0] = place;
  const isCell = place.length === 1;
  return {
    top: isCell ? Math.floor(first / width) : first,
    left: isCell ? first % width : column,
    rows: 1,
    columns: 1,
  };
}
