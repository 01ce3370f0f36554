import { useRef, useState } from "react";
import type { AccessRequest } from "@/api/types";

/** How many the server decides about in one call. */
export const MAX_SELECTED = 500;

type Id = AccessRequest["id"];

/** What can be selected: a request, or a finding. */
export interface Selectable {
  id: Id;
}

export interface Selection<Row> {
  selected: ReadonlyMap<Id, Row>;
  /** Selects or deselects a row, or all from the row clicked last to this one. */
  toggle: (row: Row, rows: Row[], isRange: boolean) => void;
  toggleAll: (rows: Row[]) => void;
  keep: (ids: Id[]) => void;
  clear: () => void;
}

/** Holds the rows selected in a list, as they were then. They stay selected from page to page. */
export function useSelection<Row extends Selectable>(): Selection<Row> {
  const [selected, setSelected] = useState<ReadonlyMap<Id, Row>>(new Map());
  const lastRef = useRef<Id | null>(null);
  const set = (rows: Row[], isOn: boolean) =>
    setSelected((before) => {
      const after = new Map(before);
      for (const row of rows) {
        if (!isOn) after.delete(row.id);
        else if (after.size < MAX_SELECTED) after.set(row.id, row);
      }
      return after;
    });
  return {
    selected,
    toggle: (row, rows, isRange) => {
      set(isRange ? between(rows, lastRef.current, row.id) ?? [row] : [row], !selected.has(row.id));
      lastRef.current = row.id;
    },
    toggleAll: (rows) => set(rows, !rows.every(({ id }) => selected.has(id))),
    keep: (ids) => setSelected((before) => new Map([...before].filter(([id]) => ids.includes(id)))),
    clear: () => setSelected(new Map()),
  };
}

/** Returns the rows from one to the other; null where one of them is not in view. */
function between<Row extends Selectable>(rows: Row[], from: Id | null, to: Id): Row[] | null {
  const [start, end] = [from, to].map((id) => rows.findIndex((row) => row.id === id)).sort((one, other) => one - other);
  return start === undefined || end === undefined || start < 0 ? null : rows.slice(start, end + 1);
}
