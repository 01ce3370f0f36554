import { useEffect, useRef, type ChangeEvent } from "react";
import styles from "./DataTable.module.css";

export interface RowSelection<Row> {
  isSelected: (row: Row) => boolean;
  /** What a checkbox selects, as in "request 74"; null for a row that cannot be selected. */
  nameOf: (row: Row) => string | null;
  onToggle: (row: Row, isRange: boolean) => void;
  /** Selects all rows of the page, or none when all are. */
  onToggleAll: () => void;
}

interface Shown<Row> extends RowSelection<Row> {
  rows: Row[];
}

/** Selects the whole page. */
export function PageCheckbox<Row>({ rows, nameOf, isSelected, onToggleAll }: Shown<Row>) {
  const selectable = rows.filter((row) => nameOf(row) !== null);
  const count = selectable.filter(isSelected).length;
  const isSome = count > 0 && count < selectable.length;
  const inputRef = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (inputRef.current) inputRef.current.indeterminate = isSome;
  }, [isSome]);
  return (
    <th scope="col" role="columnheader" className={styles.select}>
      <label>
        <input
          ref={inputRef}
          type="checkbox"
          aria-label="Select all on this page"
          checked={count > 0 && !isSome}
          disabled={selectable.length === 0}
          onChange={onToggleAll}
        />
        <span className={styles.selectText}>Select all on this page</span>
      </label>
    </th>
  );
}

/** Selects one row; with Shift, all from the one before. */
export function RowCheckbox<Row>({ row, nameOf, isSelected, onToggle }: Omit<Shown<Row>, "rows"> & { row: Row }) {
  const name = nameOf(row);
  const change = ({ nativeEvent }: ChangeEvent) => onToggle(row, "shiftKey" in nativeEvent && nativeEvent.shiftKey === true);
  return (
    <td role="cell" className={styles.select}>
      {name !== null && (
        <label>
          <input type="checkbox" aria-label={`Select ${name}`} checked={isSelected(row)} onChange={change} />
          <span className={styles.selectText}>Select</span>
        </label>
      )}
    </td>
  );
}
