// Columns that many tables share: messages, pass rate, shares of the classes.
import type { Classes, StripDay } from "../api/types";
import { judged, passed } from "../classes";
import { ShareBar } from "../charts/share_bar";
import { Strip } from "../charts/strip";
import * as format from "../format";
import { words } from "../words";
import type { Column } from "./table";
import { Messages, PassRate } from "./text";

/** `scopeOf`: the filters that lead to the records of a row; null: none can. */
export function classColumns<T extends Classes>(scopeOf: (row: T) => URLSearchParams | null, sortable = true): Column<T>[] {
  const columns: Column<T>[] = [
    {
      key: "messages",
      title: words.columns.messages,
      number: true,
      cell: (row) => {
        const rows = scopeOf(row);
        return rows ? <Messages n={row.messages} scope={rows} /> : format.count(row.messages);
      },
    },
    {
      key: "rate",
      title: words.columns.rate,
      number: true,
      cell: (row) => {
        const rows = scopeOf(row);
        return rows ? <PassRate of={row} scope={rows} /> : format.percent(passed(row), judged(row));
      },
    },
    { key: "share", title: words.columns.share, wide: true, cell: (row) => <ShareBar counts={row} /> },
  ];
  if (sortable && columns[0]) columns[0].sort = "messages";
  return columns;
}

export function stripColumn<T extends { strip: StripDay[] }>(): Column<T> {
  return { key: "strip", title: words.columns.strip, cell: (row) => <Strip days={row.strip} /> };
}
