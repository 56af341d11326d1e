// The frame around the pages: header, the page of the place, and the notice of new data.
import type { ComponentType } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "./api/client";
import { Hatches } from "./charts/hatches";
import { Header } from "./components/header";
import { NewData } from "./components/new_data";
import { ErrorNote } from "./components/panel";
import { Link } from "./components/text";
import { currentPlace, followPlace, type Place, PlaceContext } from "./navigation";
import { type PageProps, route } from "./routes";
import { followKeys } from "./shortcuts";
import { words } from "./words";

interface Shown {
  place: Place;
  page: ComponentType<PageProps> | null; // null: there is none
  name: string;
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

export function App() {
  const [place, setPlace] = useState<Place>(currentPlace);
  const [shown, setShown] = useState<Shown | null>(null);
  const main = useRef<HTMLElement>(null);

  useEffect(() => {
    followPlace((next) => setPlace(next));
    return followKeys();
  }, []);
  useEffect(() => {
    let wanted = true;
    const found = route(place.path);
    if (!found) setShown({ place, page: null, name: "" });
    else
      found.load().then(
        (page) => wanted && setShown({ place, page, name: found.name }),
        () => wanted && setShown({ place, page: NotLoaded, name: "" }),
      );
    return () => void (wanted = false);
  }, [place]);
  const path = shown?.place.path;
  const first = useRef(true);
  useLayoutEffect(() => {
    if (path === undefined) return;
    if (!first.current) {
      scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [path]);

  const Page = shown?.page;
  return (
    <PlaceContext.Provider value={shown?.place ?? place}>
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
      <main id="content" ref={main} tabIndex={-1}>
        {Page && <Page key={path} name={shown.name} />}
        {shown && !Page && (
          <>
            <h1>{words.error.not_found}</h1>
            <p>
              <Link to="">{words.error.to_overview}</Link>
            </p>
          </>
        )}
      </main>
      <p class="print-only">{location.href}</p>
      <Hatches />
    </PlaceContext.Provider>
  );
}
