// The frame around the pages: header, the page of the place, beside it what was opened from it, and the notice of new data.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "./api/client";
import { Hatches } from "./charts/hatches";
import { Drawer, type Opened, useRow } from "./components/drawer";
import { Header } from "./components/header";
import { NewData } from "./components/new_data";
import { ErrorNote } from "./components/panel";
import { Link } from "./components/text";
import { currentPlace, followPlace, type Place, PlaceContext, wideScreen } from "./navigation";
import { route } from "./routes";
import { followKeys } from "./shortcuts";
import { words } from "./words";

interface Shown {
  main: Opened;
  drawer: Opened | null; // beside it
}

// The server is away, or was updated and no longer has the files of this document.
function NotLoaded() {
  return (
    <>
      <h1>{words.error.title}</h1>
      <ErrorNote error={new ApiError(0, null)} again={() => location.reload()} />
    </>
  );
}

async function opened(place: Place): Promise<Opened> {
  const found = route(place.path);
  if (!found) return { place, page: null, name: "" };
  try {
    return { place, page: await found.load(), name: found.name };
  } catch {
    return { place, page: NotLoaded, name: "" };
  }
}

export function App() {
  const [place, setPlace] = useState<Place>(currentPlace);
  const [wide, setWide] = useState(wideScreen.matches);
  const [shown, setShown] = useState<Shown | null>(null);
  const main = useRef<HTMLElement>(null);

  useEffect(() => {
    followPlace((next) => setPlace(next));
    wideScreen.addEventListener("change", () => setWide(wideScreen.matches));
    return followKeys();
  }, []);
  useEffect(() => {
    let wanted = true;
    const list = wide && place.list ? { ...place.list, opened: place.path } : null;
    Promise.all([opened(list ?? place), list && opened(place)]).then(([main, drawer]) => wanted && setShown({ main, drawer }));
    return () => void (wanted = false);
  }, [place, wide]);
  const path = shown?.main.place.path;
  const first = useRef(true);
  useLayoutEffect(() => {
    if (path === undefined) return;
    if (!first.current) {
      scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [path]);
  useRow(path, shown?.drawer?.place.path ?? null);

  const Page = shown?.main.page;
  return (
    <PlaceContext.Provider value={shown?.main.place ?? place}>
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {words.nav.skip}
      </a>
      <Header />
      <NewData />
      <div class={shown?.drawer ? "split" : undefined}>
        <main id="content" ref={main} tabIndex={-1}>
          {Page && <Page key={path} name={shown.main.name} />}
          {shown && !Page && (
            <>
              <h1>{words.error.not_found}</h1>
              <p>
                <Link to="">{words.error.to_overview}</Link>
              </p>
            </>
          )}
        </main>
        {shown?.drawer && <Drawer key={shown.drawer.place.path} of={shown.drawer} />}
      </div>
      <p class="print-only">{location.href}</p>
      <Hatches />
    </PlaceContext.Provider>
  );
}
