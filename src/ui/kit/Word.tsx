interface Props {
  /** What the glossary calls it, where that is not what stands there: "Code". */
  readonly of?: string;
  readonly children: string;
}

/** A word that explains itself on hover, focus and tap: shell/Words.tsx, by src/lessons/glossary.md. */
export function Word({ of, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: its explanation is for keyboards too.
    <dfn data-word={of ?? children} tabIndex={0}>
      {children}
    </dfn>
  );
}

/** The same within a field's label, where the field has the focus. */
export function LabelWord({ of, children }: Props) {
  return <span data-word={of ?? children}>{children}</span>;
}
