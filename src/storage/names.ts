/** Names that people remember runs by: "amber-willow-12". */

const FIRST = [
  ..."amber ashen azure bold brisk calm clear copper coral crisp dapper deft early even fair".split(
    " ",
  ),
  ..."fern fleet gentle gilded golden grand hazel indigo ivory jade keen kind late linen lively".split(
    " ",
  ),
  ..."lucid mellow misty neat noble olive opal pale plain proud quick quiet rosy russet sable".split(
    " ",
  ),
  ..."silver sleek soft spry steady still sunny swift tidy vivid warm wise woven young".split(" "),
];
const SECOND = [
  ..."alder arbor aspen beech birch bobbin brook cedar clover cotton crane delta dune elm falcon".split(
    " ",
  ),
  ..."fern finch flax fjord glade grove harbor hawk heron hill ibis iris juniper lake lark linden".split(
    " ",
  ),
  ..."lotus maple marsh meadow mesa mill moss oak orchid otter pine plover poplar quill raven reed".split(
    " ",
  ),
  ..."ridge river robin sage satin shore shuttle sparrow spindle spruce stream thistle thread tulip".split(
    " ",
  ),
  ..."twill valley velvet walnut weaver willow wren yarrow".split(" "),
];

/** @param random numbers in [0, 1) */
export function memorableName(random: () => number): string {
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)]!;
  return `${pick(FIRST)}-${pick(SECOND)}-${1 + Math.floor(random() * 99)}`;
}
