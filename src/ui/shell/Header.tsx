import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useDataSpec } from "../kit/hooks";
import { LoomMark, MoonIcon, SunIcon } from "../kit/icons";
import { ALL_LESSONS } from "../views/lessons/address";
import { LessonLink } from "../views/lessons/LessonLink";
import classes from "./Header.module.css";
import { VIEWS } from "./views";

interface Props {
  /** Name of the view on the screen. */
  readonly view: string;
}

/** The name of the page, its views, and the switch between light and dark. */
export function Header({ view }: Props) {
  const { title } = useDataSpec();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <header className={classes.header}>
      <h1>
        <LoomMark />
        Latent Loom
      </h1>
      <Navigation view={view} />
      <p>A real autoencoder, trained on {title} in this tab.</p>
      <LessonLink id={ALL_LESSONS} className={classes.lessons}>
        Lessons
      </LessonLink>
      <ActionIcon
        variant="transparent"
        color="var(--ink-2)"
        size="lg"
        aria-label={`Switch to ${other} colours`}
        onClick={() => setColorScheme(other)}
      >
        {scheme === "dark" ? <SunIcon size={20} /> : <MoonIcon size={20} />}
      </ActionIcon>
    </header>
  );
}

/** Beside the name; on a phone, at the foot of the window, within the thumb's reach. */
function Navigation({ view }: Props) {
  if (VIEWS.length < 2) return null;
  return (
    <nav className={classes.views} aria-label="Views">
      {VIEWS.map(({ name, title }) => (
        <a key={name} href={`#${name}`} aria-current={name === view ? "page" : undefined}>
          {title}
        </a>
      ))}
    </nav>
  );
}
