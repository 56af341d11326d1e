// Asks once a minute whether the stored data changed, and offers the new rows without moving what is being read.
import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask } from "../api/client";
import { forgetAnswers } from "../api/use_answer";
import { words } from "../words";

const pollMilliseconds = 60_000;

export function NewData() {
  const known = useRef<number | null>(null);
  const [latest, setLatest] = useState<number | null>(null);
  const [shownAgain, setShownAgain] = useState(false);
  useEffect(() => {
    const look = async () => {
      if (document.hidden) return;
      try {
        const { generation } = (await ask(api.status())).data;
        known.current ??= generation;
        setLatest(generation);
      } catch {
        // The next question of a page will say so.
      }
    };
    void look();
    const timer = setInterval(look, pollMilliseconds);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  const changed = latest !== null && latest !== known.current;
  return (
    <div role="status" class="new-data-region">
      {changed && (
        <p class="new-data">
          {words.new_data}{" "}
          <button
            type="button"
            onClick={() => {
              known.current = latest;
              setShownAgain(true);
              forgetAnswers();
              setLatest(latest);
            }}
          >
            {words.show_new}
          </button>
        </p>
      )}
      {!changed && shownAgain && <span class="visually-hidden">{words.updated}</span>}
    </div>
  );
}
