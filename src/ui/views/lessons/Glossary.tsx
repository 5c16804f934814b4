import { useState } from "react";
import classes from "./Glossary.module.css";
import { GLOSSARY, type Term } from "./glossary";
import { Markdown } from "./Markdown";

/** Every word that the page uses in a sentence, and a field that finds one. */
export function Glossary() {
  const [sought, setSought] = useState("");
  const word = sought.trim().toLowerCase();
  if (typeof GLOSSARY === "string") return <p role="alert">{GLOSSARY}</p>;
  const found = GLOSSARY.filter(({ name }) => name.toLowerCase().includes(word));
  const entry = ({ name, blocks }: Term) => (
    <div key={name}>
      <dt>{name}</dt>
      <dd>
        <Markdown blocks={blocks} />
      </dd>
    </div>
  );
  return (
    <>
      <label className={classes.search}>
        Find a word
        <input
          type="search"
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
        />
      </label>
      {found.length === 0 && (
        <p className={classes.none} role="status">
          No word here has “{sought.trim()}” in it.
        </p>
      )}
      <dl className={classes.terms}>{found.map(entry)}</dl>
    </>
  );
}
